import type { FormSchema } from './form.svelte.ts';

/** What is wrong with a value, in words; undefined when nothing is. */
type Check<Value> = (value: Value) => string | undefined;

/**
 * A schema of a check or none for each field, for forms before sign-in: a page that everybody waits for loads no
 * library for it. Words around which somebody left blanks are checked and handed on without them, passwords as they are.
 */
export function checks<Values extends object>(
  each: { [Name in keyof Values]?: Check<Values[Name]> },
  asTyped: readonly (keyof Values)[] = [],
): FormSchema<Values> {
  return {
    '~standard': {
      validate(given) {
        const value = { ...(given as Values) };
        const issues: { message: string; path: [PropertyKey] }[] = [];
        for (const name of Object.keys(value) as (keyof Values)[]) {
          const words = value[name];
          if (typeof words === 'string' && !asTyped.includes(name))
            value[name] = words.trim() as typeof words;
          const message = each[name]?.(value[name]);
          if (message) issues.push({ message, path: [name] });
        }
        return issues.length > 0 ? { issues } : { value };
      },
    },
  };
}
