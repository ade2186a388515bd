import { afterEach, expect, test } from 'vitest';
import './theme.css';

/** The colour the browser makes of a property, as sRGB channels from 0 to 1. */
function colour(property: string): [number, number, number] {
  const canvas = document.createElement('canvas').getContext('2d');
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.color = `var(${property})`;
  const computed = getComputedStyle(probe).color;
  probe.remove();
  if (!canvas) throw new Error('no canvas');
  canvas.fillStyle = computed;
  canvas.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
  return [red / 255, green / 255, blue / 255];
}

/** WCAG 2.2, relative luminance. */
function luminance(property: string): number {
  const [red, green, blue] = colour(property).map((channel) =>
    channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4,
  ) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ['bg', 'surface', 'raised', 'sunken', 'hover'];
const texts: [string, string][] = [
  ...['text', 'text-muted', 'accent-text', 'danger-text'].flatMap((ink) =>
    grounds.map((ground): [string, string] => [ink, ground]),
  ),
  ...['accent', 'danger', 'warning', 'success', 'info'].flatMap((tone): [string, string][] => [
    [`${tone}-text`, `${tone}-soft`],
    ['text', `${tone}-soft`],
  ]),
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['on-danger', 'danger'],
  ['on-danger', 'danger-hover'],
  ['bg', 'text'],
];
const controls: [string, string][] = [
  ...['line-strong', 'focus', 'lamp', 'accent', 'danger'].flatMap((line) =>
    ['bg', 'surface', 'raised', 'sunken'].map((ground): [string, string] => [line, ground]),
  ),
];

afterEach(() => delete document.documentElement.dataset['theme']);

for (const theme of ['light', 'dark']) {
  test(`everybody can read every text in the ${theme} theme`, () => {
    document.documentElement.dataset['theme'] = theme;
    const poor = texts
      .map(([ink, ground]) => ({ ink, ground, ratio: contrast(`--gh-${ink}`, `--gh-${ground}`) }))
      .filter(({ ratio }) => ratio < 4.5);
    expect(poor).toEqual([]);
  });

  test(`everybody can see every control in the ${theme} theme`, () => {
    document.documentElement.dataset['theme'] = theme;
    const poor = controls
      .map(([line, ground]) => ({
        line,
        ground,
        ratio: contrast(`--gh-${line}`, `--gh-${ground}`),
      }))
      .filter(({ ratio }) => ratio < 3);
    expect(poor).toEqual([]);
  });
}

test('the choice of a theme turns the colours, whatever the system says', () => {
  document.documentElement.dataset['theme'] = 'light';
  const light = luminance('--gh-bg');
  document.documentElement.dataset['theme'] = 'dark';
  expect(light).toBeGreaterThan(0.8);
  expect(luminance('--gh-bg')).toBeLessThan(0.05);
});

test('a page that embeds us changes a colour without a fight', () => {
  const style = document.head.appendChild(document.createElement('style'));
  style.textContent = ':root { --gh-accent: rgb(0 0 255); }';
  expect(colour('--gh-accent')).toEqual([0, 0, 1]);
  style.remove();
  expect(colour('--gh-accent')).not.toEqual([0, 0, 1]);
});
