/**
 * Forms without a library: a schema (valibot's, or `checks`) beside the browser's own constraints. A field is checked when it is left, then
 * at each stroke while it is wrong; a submit moves the focus to what is wrong. Nothing is ever cleared.
 */
import { tick, untrack } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import { watchPresses } from './presses.ts';

/** What the server refused, in words; without a field it concerns the whole form. */
export interface Refusal {
  field?: string | null | undefined;
  message: string;
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** The part of the Standard Schema (version 1) that a form needs; synchronous ones only. */
export interface FormSchema<Output> {
  readonly '~standard': {
    readonly validate: (value: unknown) => Validated<Output> | Promise<Validated<Output>>;
  };
}

type Validated<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

interface FormOptions<Values extends object, Output> {
  /** Given as a function it follows the language of its messages. */
  schema: FormSchema<Output> | (() => FormSchema<Output>);
  initial: Values;
  /** Resolves with what was refused, if anything. */
  submit: (values: Output) => Promise<Refusal[] | void>;
  /** Turns a thrown failure into words; without it the failure passes on. */
  refusals?: (failure: unknown) => Refusal[];
}

/** Use it as `<form {@attach form.attach}>`; controls are found by their `name`, a key of the values. */
export function createForm<Values extends object, Output>(options: FormOptions<Values, Output>) {
  const values = $state(options.initial);
  let errors = $state<Record<string, string>>({});
  let problem = $state<string>();
  let pending = $state(false);
  let dirty = $state(false);
  let form: HTMLFormElement | undefined;

  const controls = () =>
    [...(form?.elements ?? [])].filter(
      (one): one is Control => 'validity' in one && 'name' in one && one.name !== '',
    );

  function check(): { found: Record<string, string>; output: Output | undefined } {
    const schema = typeof options.schema === 'function' ? options.schema() : options.schema;
    const result = schema['~standard'].validate({ ...values });
    if (result instanceof Promise) throw new TypeError('A form is checked without waiting');
    const found: Record<string, string> = {};
    for (const { message, path } of result.issues ?? []) found[nameIn(path)] ??= message;
    // What only the browser can know, such as half a date; its words are in the browser's language.
    for (const control of controls()) {
      if (!control.validity.valid && !control.validity.customError)
        found[control.name] ??= control.validationMessage;
    }
    return { found, output: result.issues ? undefined : result.value };
  }

  function recheck(name: string) {
    const message = check().found[name];
    if (message) errors[name] = message;
    else delete errors[name];
  }

  let before = untrack(() => ({ ...values }));
  /** What was wrong and is changed by something else than typing, as a suggestion that was taken. */
  function follow(now: Values) {
    const changed = (Object.keys(now) as (keyof Values & string)[]).filter(
      (name) => now[name] !== before[name],
    );
    before = now;
    untrack(() => changed.filter((name) => errors[name]).forEach(recheck));
  }

  async function focusWrong() {
    await tick();
    const wrong = controls().filter((control) => errors[control.name]);
    const summary = form?.querySelector<HTMLElement>('[data-error-summary]');
    if (wrong.length > 1 && summary) summary.focus();
    else wrong[0]?.focus();
  }

  function refuse(refusals: Refusal[]) {
    const names = controls().map((control) => control.name);
    for (const { field, message } of refusals) {
      const name = field?.replace(/^input\./, '');
      if (name && names.includes(name)) errors[name] = message;
      else problem = problem ? `${problem} ${message}` : message;
    }
  }

  async function submit(event?: Event): Promise<void> {
    event?.preventDefault();
    if (pending) return;
    const { found, output } = check();
    errors = found;
    problem = undefined;
    if (Object.keys(found).length > 0 || output === undefined) return focusWrong();
    pending = true;
    try {
      const refused = await options.submit(output);
      if (refused?.length) refuse(refused);
      else dirty = false;
    } catch (failure) {
      if (!options.refusals) throw failure;
      refuse(options.refusals(failure));
    } finally {
      pending = false;
    }
    return focusWrong();
  }

  const attach: Attachment<HTMLFormElement> = (node) => {
    form = node;
    node.noValidate = true;
    const nameOf = (event: Event) => (event.target as Partial<Control>).name ?? '';
    const presses = watchPresses(node.ownerDocument);
    const onfocusout = (event: FocusEvent) => {
      const name = nameOf(event);
      if (!name || leadsOn(event.relatedTarget)) return;
      // A field left empty is a matter for the submit.
      if ((event.target as Control).value === '' && !errors[name]) return;
      // An error that appears while something is pressed would move it from under the pointer. And not when the
      // form itself goes: it loses the focus in the middle of being taken away.
      presses.afterwards(() => node.isConnected && recheck(name));
    };
    // On the way to the submit it will be checked, and whatever else is pressed in the form may change it.
    const leadsOn = (to: EventTarget | null) =>
      to instanceof HTMLButtonElement &&
      (to.type === 'submit' || (presses.isPressed && to.form === node));
    $effect(() => follow({ ...values }));
    const oninput = (event: Event) => {
      dirty = true;
      const name = nameOf(event);
      if (name && errors[name]) recheck(name);
    };
    node.addEventListener('submit', submit);
    node.addEventListener('focusout', onfocusout);
    node.addEventListener('input', oninput);
    return () => {
      node.removeEventListener('submit', submit);
      node.removeEventListener('focusout', onfocusout);
      node.removeEventListener('input', oninput);
      presses.stop();
    };
  };

  return {
    values,
    attach,
    submit,
    get errors(): Readonly<Record<string, string>> {
      return errors;
    },
    /** What concerns the whole form. */
    get problem() {
      return problem;
    },
    get pending() {
      return pending;
    },
    /** Something was typed since the last success: for the guard on leaving. */
    get dirty() {
      return dirty;
    },
    /** For ErrorSummary, in the order of the fields. */
    get problems() {
      return Object.entries(errors).map(([field, message]) => ({ field, message }));
    },
  };
}

/** Controls are named after the first step: a list of choices has one name. */
function nameIn(path: Issue['path']): string {
  const first = path?.[0] ?? '';
  return String(typeof first === 'object' ? first.key : first);
}
