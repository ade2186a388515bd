import { registerEnumType } from 'type-graphql';
import { scopes } from '../access/viewer.js';
import type { Scope } from '../access/viewer.js';

/** Enums of the API that several rooms speak of. */
const enumOf = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, name])) as { readonly [K in Name]: K };

export const Locale = enumOf(['EN', 'IT']);
export const Role = enumOf(['USER', 'ADMIN']);
export const Channel = enumOf(['IN_APP', 'EMAIL', 'DISCORD', 'SIGNAL', 'WEBHOOK']);
export const Severity = enumOf(['INFO', 'SUCCESS', 'WARNING', 'CRITICAL']);
export const ScopeEnum = enumOf<Scope>(scopes);

registerEnumType(Locale, { name: 'Locale' });
registerEnumType(Role, { name: 'Role' });
registerEnumType(Channel, { name: 'Channel' });
registerEnumType(Severity, { name: 'Severity' });
registerEnumType(ScopeEnum, { name: 'Scope' });
