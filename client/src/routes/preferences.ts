import { languages } from '../lib/text/text.svelte.ts';
import type { Language } from '../lib/text/text.svelte.ts';

export type Theme = 'light' | 'dark' | 'system';

export const localeCookie = 'gatehouse-locale';
export const themeCookie = 'gatehouse-theme';

const year = 365 * 24 * 60 * 60;

export function readTheme(value: string | undefined): Theme {
  return value === 'light' || value === 'dark' ? value : 'system';
}

/** What was chosen here before, else the first language of Accept-Language (RFC 9110 §12.5.4) that we speak, else English. */
export function negotiateLocale(chosen: string | undefined, accepted: string | null): Language {
  const ranked = (accepted ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const weight = parameters.find((one) => one.trim().startsWith('q='));
      return { tag: tag.slice(0, 2), weight: weight ? Number(weight.trim().slice(2)) : 1 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
  const wanted = [chosen, ...ranked];
  return wanted.map((tag) => languages.find((known) => known === tag)).find(Boolean) ?? 'en';
}

/** Not a secret and read by page code, hence not HttpOnly. */
function remember(name: string, value: string): void {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `${name}=${value}; Path=/; Max-Age=${String(year)}; SameSite=Lax${secure}`;
}

export function rememberLanguage(language: Language): void {
  remember(localeCookie, language);
  document.documentElement.lang = language;
}

export function rememberTheme(theme: Theme): void {
  remember(themeCookie, theme);
  document.documentElement.dataset['theme'] = theme;
}
