/** How a Field tells the control inside it its id, its descriptions and whether it is wrong. */
import { getContext, setContext } from 'svelte';

export interface FieldWiring {
  readonly id: string;
  readonly describedBy: string | undefined;
  readonly invalid: boolean;
  readonly required: boolean;
}

const key = Symbol('gatehouse field');

export function setField(wiring: FieldWiring): void {
  setContext(key, wiring);
}

/** The surrounding Field, if there is one: a control may stand alone with an `aria-label`. */
export function getField(): FieldWiring | undefined {
  return getContext<FieldWiring | undefined>(key);
}

/** Attributes a native control takes from the Field around it. */
export function fieldAttributes(field: FieldWiring | undefined) {
  if (!field) return {};
  return {
    id: field.id,
    'aria-describedby': field.describedBy,
    'aria-invalid': field.invalid ? ('true' as const) : undefined,
    required: field.required || undefined,
  };
}
