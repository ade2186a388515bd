/** What the rooms may know of the configuration; `config.ts` reads it, nobody else asks the environment. */
export interface Settings {
  readonly siteName: string;
  /** Origin without a path; the only base of links. */
  readonly publicUrl: string;
  /** Further origins whose pages may embed the components. */
  readonly allowedOrigins: readonly string[];
  readonly production: boolean;
  readonly setupToken: string | null;
  readonly supportContact: string | null;
  readonly discord: { readonly apiUrl: string; readonly botToken: string | null };
  /** Both or neither. */
  readonly signal: { readonly apiUrl: string | null; readonly sender: string | null };
  readonly dataDir: string;
  /** A country database of the operator's own; null: the bundled one. */
  readonly geoipDb: string | null;
  /** The directory with one folder per username; null: none. */
  readonly storageRoot: string | null;
  /** Where and how the support team gets in by SSH; any of them null: not set up. */
  readonly support: {
    readonly authorizedKeys: string | null;
    readonly publicKey: string | null;
    readonly sshUser: string | null;
  };
}
