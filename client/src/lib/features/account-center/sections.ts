/** What an account's owner finds in `<AccountCenter>`. */
export const accountSections = [
  'profile',
  'security',
  'notification-settings',
  'limits',
  'api-access',
  'preferences',
] as const;
/** Reached by links only; each belongs to a section. */
export const parents = { activity: 'security', deliveries: 'notification-settings' } as const;

export type AccountSection = (typeof accountSections)[number] | keyof typeof parents;

const all: readonly string[] = [...accountSections, ...Object.keys(parents)];
const isSection = (name: string | undefined): name is AccountSection =>
  name !== undefined && all.includes(name);

export interface AccountPlace {
  section: AccountSection;
  /** Id of a card in it. */
  part?: string | undefined;
}

/** `#/security/passkeys` */
export const hashOf = ({ section, part }: AccountPlace): string =>
  part === undefined ? `#/${section}` : `#/${section}/${part}`;

export function placeInHash(hash: string): AccountPlace | undefined {
  const [, section, part] = /^#\/([\w-]+)(?:\/([\w-]+))?$/.exec(hash) ?? [];
  return isSection(section) ? { section, part } : undefined;
}

/** `/security#passkeys`, as the pages of the dashboard are called. */
export function placeOfPage(page: string): AccountPlace | undefined {
  const [, section, part] = /^\/([\w-]+)(?:#([\w-]+))?$/.exec(page) ?? [];
  return isSection(section) ? { section, part } : undefined;
}
