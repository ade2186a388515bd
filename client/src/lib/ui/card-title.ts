/** For a button that goes away with what it does: the focus is at the title of its card from then on. */
export function focusTitle({ currentTarget }: Event): void {
  if (!(currentTarget instanceof Element)) return;
  currentTarget.closest('section')?.querySelector<HTMLElement>('.title')?.focus();
}
