import axe from 'axe-core';

/** What axe finds wrong with the page as it stands, by rule and element; an empty list is what tests expect. */
export async function violations(): Promise<string[]> {
  // A dialog on its way in is paler than it will be.
  const moving = document
    .getAnimations()
    .filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime));
  await Promise.allSettled(moving.map((one) => one.finished));
  const { violations } = await axe.run(document.body, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  });
  return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html}`));
}
