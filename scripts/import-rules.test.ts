/** Every import rule bites, on a small made-up tree; and what is allowed stays allowed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { cruise } from 'dependency-cruiser';
import type { ICruiseResult, IFlattenedRuleSet } from 'dependency-cruiser';
import { afterAll, expect, test } from 'vitest';

const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
  forbidden: { name: string }[];
  options: object;
};
const ruleSet = config as unknown as IFlattenedRuleSet;

const f = 'server/src/features';
const forbidden: [rule: string, from: string, to: string][] = [
  ['kernel-is-a-leaf', 'server/src/kernel/outbox/outbox.ts', `${f}/site/a.ts`],
  ['transport-knows-only-kernel', 'server/src/transport/http/a.ts', `${f}/site/a.ts`],
  ['transport-knows-only-kernel', 'server/src/transport/http/b.ts', 'server/src/config.ts'],
  ['backup-knows-only-kernel', 'server/src/backup/a.ts', `${f}/site/a.ts`],
  ['embedded-knows-only-kernel', 'server/src/embedded/a.ts', 'server/src/transport/http/c.ts'],
  [
    'channels-know-kernel-and-port',
    'server/src/channels/email/a.ts',
    'server/src/channels/sms/a.ts',
  ],
  ['channels-know-kernel-and-port', 'server/src/channels/email/b.ts', `${f}/account/a.ts`],
  ['features-know-features-and-kernel', `${f}/site/door.ts`, 'server/src/transport/http/c.ts'],
  ['room-without-a-storey', `${f}/attic/a.ts`, 'server/src/kernel/id.ts'],
  ['import-of-a-room-without-a-storey', 'server/src/app.ts', `${f}/cellar/a.ts`],
  ['feature-list-is-for-the-composition-root', 'server/src/main.ts', `${f}/index.ts`],
  ['use-cases-see-no-transport', `${f}/site/graph.ts`, 'type-graphql'],
  ['use-cases-see-no-transport', `${f}/site/request.ts`, 'node:http'],
  ['lucia-stays-in-its-room', `${f}/sign-in/a.ts`, 'lucia'],
  ['nothing-ships-with-tests', `${f}/site/ship.ts`, `${f}/site/a.test.ts`],
  ['server-never-imports-client', 'server/test/a.ts', 'client/src/lib/ui/a.ts'],
  ['client-never-imports-server', 'client/src/routes/a.svelte', 'server/src/config.ts'],
  ['library-knows-no-application', 'client/src/lib/ui/app.svelte', '$app/state'],
  ['library-knows-no-application', 'client/src/lib/features/site/a.ts', 'client/src/routes/b.ts'],
  ['parts-know-no-features', 'client/src/lib/ui/b.svelte', 'client/src/lib/features/site/b.ts'],
  ['parts-know-no-features', 'client/src/lib/connection/a.ts', 'client/src/lib/features/site/b.ts'],
  ['storey-of-session', `${f}/session/up.ts`, `${f}/password/a.ts`],
  ['storey-of-session', `${f}/session/beside.ts`, `${f}/permission/a.ts`],
  ['storey-of-policy', `${f}/policy/beside.ts`, `${f}/webhook/a.ts`],
  ['storey-of-activity', `${f}/activity/up.ts`, `${f}/notification/a.ts`],
];

const allowed: [from: string, to: string][] = [
  ['server/src/kernel/a.ts', 'server/src/kernel/id.ts'],
  ['server/src/transport/http/ok.ts', 'server/src/kernel/id.ts'],
  ['server/src/channels/email/ok.ts', `${f}/delivery/channel.ts`],
  ['server/src/channels/email/text.ts', 'server/src/generated/text/en.ts'],
  [`${f}/session/ok.ts`, `${f}/account/a.ts`],
  [`${f}/session/lucia.ts`, 'lucia'],
  [`${f}/notification/ok.ts`, `${f}/password/a.ts`],
  [`${f}/broadcast/ok.ts`, `${f}/notification/a.ts`],
  [`${f}/site/site.resolver.ts`, 'type-graphql'],
  [`${f}/site/up.test.ts`, `${f}/notification/a.ts`],
  [`${f}/index.ts`, `${f}/site/a.ts`],
  ['server/src/schema.ts', `${f}/index.ts`],
  ['client/src/routes/ok.svelte', '$app/state'],
  ['client/src/routes/lib.svelte', 'client/src/lib/features/site/b.ts'],
  ['client/src/lib/features/site/ok.svelte', 'client/src/lib/ui/a.ts'],
];

/** For every room of the table, an import from a room that nobody may use. */
const everyRoom = config.forbidden
  .map(({ name }) => /^storey-of-(.+)$/.exec(name)?.[1])
  .filter((room): room is string => room !== undefined && room !== 'policy')
  .map((room): [string, string, string] => [
    `storey-of-${room}`,
    `${f}/${room}/reach.ts`,
    `${f}/policy/a.ts`,
  ]);

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

type Edge = readonly [from: string, to: string];
type Kind = 'value' | 'type';

async function violations(edges: readonly Edge[], kind: Kind = 'value'): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), 'import-rules-'));
  folders.push(root);
  for (const [, to] of edges) if (/\.(ts|svelte)$/.test(to)) write(root, to, '');
  for (const [from, to] of edges) write(root, from, statement(from, to, kind));
  const { output } = await cruise(
    ['server', 'client'].filter((top) => mentions(edges, top)),
    {
      ...config.options,
      baseDir: root,
      ruleSet,
      validate: true,
    },
  );
  return (output as ICruiseResult).summary.violations
    .map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)
    .sort();
}

function mentions(edges: readonly Edge[], top: string): boolean {
  return edges.some((edge) => edge.some((path) => path.startsWith(`${top}/`)));
}

function write(root: string, path: string, content: string): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function statement(from: string, to: string, kind: Kind): string {
  const near = relative(dirname(from), to).replace(/\.ts$/, '.js');
  const local = /^(server|client)\//.test(to);
  const path = local ? (near.startsWith('.') ? near : `./${near}`) : to;
  const line =
    kind === 'type'
      ? `import type { It } from '${path}';\nexport type Mine = It;\n`
      : `import * as it from '${path}';\nexport const mine = it;\n`;
  return from.endsWith('.svelte')
    ? `<script lang="ts">\n${line.replace('export const', 'const')}</script>\n`
    : line;
}

test('each forbidden import is reported by its rule, and by no other', async () => {
  const edges = [...forbidden, ...everyRoom];
  const found = await violations(edges.map(([, from, to]): Edge => [from, to]));
  // dependency-cruiser names Node's own modules without their prefix.
  const expected = edges.map(([rule, from, to]) => `${rule}: ${from} → ${to.replace('node:', '')}`);
  expect(found).toEqual(expected.sort());
});

test('an import of a type is an import', async () => {
  const [rule, from, to] = ['storey-of-site', `${f}/site/a.ts`, `${f}/session/a.ts`];
  expect(await violations([[from, to]], 'type')).toEqual([`${rule}: ${from} → ${to}`]);
});

test.each(['value', 'type'] as const)('a circle of %s imports is an error', async (kind) => {
  const [a, b] = ['server/src/kernel/a.ts', 'server/src/kernel/b.ts'];
  const found = await violations(
    [
      [a, b],
      [b, a],
    ],
    kind,
  );
  expect(found).toEqual([`no-circles: ${a} → ${b}`]);
});

test('what the architecture allows passes', async () => {
  expect(await violations(allowed)).toEqual([]);
});

test('no rule is left untried', () => {
  const tried = new Set([...forbidden, ...everyRoom].map(([rule]) => rule));
  const untried = config.forbidden.map(({ name }) => name).filter((name) => !tried.has(name));
  expect(untried).toEqual(['no-circles']);
});
