import type { Page } from 'playwright-core';

export interface Walk {
  /** Controls that Tab never came to. */
  readonly missed: string[];
  /** Controls at which nothing shows that the keys go there. */
  readonly unmarked: string[];
  /** Controls that cannot be seen while they have the keys (WCAG 2.4.11). */
  readonly covered: string[];
  readonly count: number;
}

/** Presses Tab from the top of the page until it is left again. */
export async function walk(page: Page): Promise<Walk> {
  const count = await page.evaluate(() => {
    const tabbable = [
      ...document.querySelectorAll<HTMLElement>(
        'a[href], button, input, select, textarea, summary, [tabindex]',
      ),
    ].filter((element) => {
      if (element.tabIndex < 0 || element.matches(':disabled') || element.closest('[inert]')) {
        return false;
      }
      if (!element.checkVisibility({ visibilityProperty: true })) return false;
      if (!(element instanceof HTMLInputElement) || element.type !== 'radio') return true;
      // Of a group only one is stopped at: the chosen one, else the first.
      const group = [
        ...document.querySelectorAll<HTMLInputElement>(`input[name="${element.name}"]`),
      ];
      return element === (group.find((one) => one.checked) ?? group[0]);
    });
    const lookOf = (element: Element): string => {
      const near = [element, element.nextElementSibling, element.previousElementSibling];
      for (let at = element.parentElement, n = 0; at && n < 4; at = at.parentElement, n += 1) {
        near.push(at);
      }
      return near
        .map((one) => {
          if (!one) return '';
          const style = getComputedStyle(one);
          const outline = style.outlineStyle === 'none' ? '' : style.outlineWidth;
          return [outline, style.boxShadow, style.backgroundColor].join();
        })
        .join('|');
    };
    const kept = { tabbable, lookOf, before: tabbable.map(lookOf) };
    Object.assign(window, { kept });
    (document.activeElement as HTMLElement | null)?.blur();
    window.scrollTo(0, 0);
    return tabbable.length;
  });

  const seen = new Map<number, { marked: boolean; covered: boolean; name: string }>();
  let last = -2;
  for (let press = 0; press < 2 * count + 30; press += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const { tabbable, lookOf, before } = (
        window as unknown as {
          kept: { tabbable: HTMLElement[]; lookOf: (one: Element) => string; before: string[] };
        }
      ).kept;
      const element = document.activeElement as HTMLElement | null;
      if (!element || element === document.body) return 'left';
      const index = tabbable.indexOf(element);
      const box = element.getBoundingClientRect();
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      const top = document.elementFromPoint(x, y);
      const label = element.closest('label') ?? element.parentElement;
      const covered = !top || !(element.contains(top) || label?.contains(top));
      const words = element.getAttribute('aria-label') ?? element.textContent.trim();
      const name = `${element.tagName.toLowerCase()} ${words || element.getAttribute('name') || ''}`;
      return { index, covered, marked: lookOf(element) !== before[index], name };
    });
    if (at === 'left') break;
    // A date has stops of its own within.
    if (at.index !== last && seen.has(at.index)) break;
    last = at.index;
    if (!seen.has(at.index)) seen.set(at.index, at);
  }
  const names = await page.evaluate(() =>
    (window as unknown as { kept: { tabbable: HTMLElement[] } }).kept.tabbable.map(
      (one) => `${one.tagName.toLowerCase()} ${one.ariaLabel ?? one.textContent.trim()} ${one.id}`,
    ),
  );
  const all = [...seen.values()];
  return {
    count,
    missed: names.filter((_, index) => !seen.has(index)),
    unmarked: all.filter(({ marked }) => !marked).map(({ name }) => name),
    covered: all.filter(({ covered }) => covered).map(({ name }) => name),
  };
}
