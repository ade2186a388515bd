import { getNullableType, isEnumType, isInputObjectType, isListType } from 'graphql';
import type { GraphQLInputType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import {
  everyField,
  nobodysId as id,
  plausibleArguments as objectOf,
} from '../../../test/every-field.js';
import type { FieldCall } from '../../../test/every-field.js';
import { createTestServer } from '../../../test/server.js';
import { encodeCursor } from '../../kernel/page/page.js';
import { createLog } from '../../kernel/log/log.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { ApolloTransport } from './apollo.js';
import { errorMapper } from './errors.js';
import { Gate } from './gate.js';
import { Identity } from './identity.js';
import { OperationContext } from './operation-context.js';

const long = 'x'.repeat(1_000_000);
const deep = (levels: number): unknown => (levels === 0 ? 1 : { down: deep(levels - 1) });

/** Positions in lists, in the right form but with values that no list has. */
const forged = [
  ['0000-01-01T00:00:00Z', id],
  ['2026-02-30T00:00:00Z', id],
  ['9999-12-31T23:59:59.999999Z', id],
  ['CREATED_AT', '0000-01-01T00:00:00Z', id],
  ['LAST_ACTIVE_AT', '2026-02-30T00:00:00Z', id],
  ['USERNAME', '\ud800'],
  [id],
  [],
];

const ugly: Record<string, readonly unknown[]> = {
  text: [
    ...[
      '',
      ' ',
      '\0',
      'a\0b',
      '\ud800',
      'a\udc00b',
      '\u{1f3f3}\ufe0f\u200d\u{1f308}',
      '\u202e',
      long,
    ],
    ...[
      '%_\\',
      "'; drop table account; --",
      '__proto__',
      '../../etc/passwd',
      '{name}',
      '\r\nBcc: x',
    ],
    ...['javascript:alert(1)', 'http://[::1', 'a@b', `${'a'.repeat(300)}@example.org`, '-infinity'],
    ...[5, true, [], {}, null],
    ...forged.map((parts) => encodeCursor(parts)),
  ],
  ID: [
    ...['', '\0', '\ud800', 'x', id.toUpperCase(), `{${id}}`, `${id} `, long, id, "' or 1=1 --"],
    ...['00000000-0000-0000-0000-000000000000', 0, -1, 2 ** 53, 1.5, null],
  ],
  Int: [0, -1, 101, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53, 1e308, 1.5, '5', true, null],
  Float: [0, -1, 1e308, -1e308, 5e-324, '1', null],
  SafeInt: [0, -1, 2 ** 53 - 1, 2 ** 53, 1e308, 1.5, '5', null],
  Boolean: ['true', 1, 0, [], null],
  DateTime: [
    ...['', '\0', 'x', long, '0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999Z', 5, null],
    ...['+275760-09-13T00:00:00.000Z', '-271821-04-20T00:00:00Z', '2026-02-30T00:00:00Z'],
    ...['2026-11-24T09:30:60Z', '2026-11-24T09:30:00+99:99', '2026-11-24', 'infinity'],
  ],
  JSON: [
    ...[null, 5, 1e308, 'x', '\0', '\ud800', long, [], [[]], deep(9), deep(12), { '\0': 1 }],
    ...[
      { '\udc00': 1 },
      { x: '\ud800' },
      JSON.parse('{"__proto__":{"admin":true}}') as unknown,
      { x: long },
    ],
  ],
  enum: ['NOPE', '', '\0', 'constructor', 5, null],
};

/** Every ugly value of a type; of an input object those of each field, beside plausible ones. */
function uglyOf(type: GraphQLInputType): unknown[] {
  const inner = getNullableType(type);
  if (isListType(inner)) {
    const items = uglyOf(inner.ofType);
    return [[], [[]], null, Array.from({ length: 101 }, () => id), ...items.map((item) => [item])];
  }
  if (isEnumType(inner)) return [...ugly['enum']!];
  if (!isInputObjectType(inner)) return [...(ugly[String(inner)] ?? ugly['text']!)];
  const fields = inner.getFields();
  return [
    ...[null, 5, 'x', [], {}, JSON.parse('{"__proto__":{"role":"ADMIN"}}') as unknown],
    ...Object.values(fields).flatMap((field) =>
      uglyOf(field.type).map((value) => ({ ...objectOf(fields, field.name), [field.name]: value })),
    ),
  ];
}

function* variablesOf(call: FieldCall): Generator<Record<string, unknown>> {
  const fields = Object.fromEntries(call.arguments.map((argument) => [argument.name, argument]));
  yield objectOf(fields);
  for (const argument of call.arguments) {
    for (const value of uglyOf(argument.type)) {
      yield { ...objectOf(fields, argument.name), [argument.name]: value };
    }
  }
}

let app: TestApp;
const lines: string[] = [];
beforeAll(async () => void (app = await createTestApp()));
afterAll(() => app.close());

const policyOfTheStart = `update site set min_length = 12, require_uppercase = false,
  require_lowercase = false, require_digit = false, require_symbol = false, session_days = 30,
  session_idle_days = 7, require_two_factor_for_admins = false`;
const permissions = ['admin.users', 'admin.policy', 'admin.notifications'];

async function asker(viewer: Viewer) {
  const log = createLog('error', { write: (line: string) => void lines.push(line) });
  const schema = app.schema();
  const options = { introspection: true };
  const apollo = new ApolloTransport(schema, new Gate(schema), errorMapper(log), options);
  await apollo.open();
  const identity = new Identity(app.house.credentials);
  const headers = new Headers({ 'content-type': 'application/json' });
  return (query: string, variables: Record<string, unknown>) =>
    app.unit(async () => {
      // Else the sixth password would never be looked at.
      await app.kernel.database.query('delete from rate_limit');
      // What it makes of the policy would hold for those who come after.
      await app.kernel.database.query(policyOfTheStart);
      const { origin } = nobody;
      const parts = {
        identity,
        get: app.get,
        origin,
        setCookie: () => {},
        browser: () => 'browser',
      };
      const context = new OperationContext(viewer, parts);
      const body = JSON.stringify({ query, variables });
      return (await apollo.answer({ method: 'POST', headers, body }, async () => context)).body;
    });
}

const brief = (value: unknown) =>
  JSON.stringify(value)
    .replace(/x{50,}/g, 'x…')
    .slice(0, 300);

describe('an administrator who may do everything and types anything', () => {
  const schema = () => everyField(app.schema());

  it(
    'is answered or refused by every field, and never breaks the server',
    { timeout: 60_000 },
    async () => {
      const broken: string[] = [];
      let asked = 0;
      for (const call of schema().filter(({ operation }) => operation !== 'subscription')) {
        const ask = await asker(await app.signedIn({ permissions }));
        for (const variables of variablesOf(call)) {
          lines.length = 0;
          asked++;
          const body = await ask(call.document, variables);
          if (!/"INTERNAL_SERVER_ERROR"|"UNAVAILABLE"/.test(body)) continue;
          broken.push(`${call.name} ${brief(variables)} ${lines.join().slice(0, 600)}`);
        }
      }
      expect(broken).toEqual([]);
      expect(asked).toBeGreaterThan(1_000);
    },
  );

  it('and neither does whoever opens a subscription', async () => {
    const server = await createTestServer({ app });
    const cookie = app.secretOf(await app.signedIn());
    for (const call of schema().filter(({ operation }) => operation === 'subscription')) {
      for (const variables of variablesOf(call)) {
        if (JSON.stringify(variables).length > 60_000) continue;
        const subscribed = server.subscribe(call.document, variables, { cookie });
        const quiet = new Promise<null>((resolve) => setTimeout(() => resolve(null), 30));
        const result = await Promise.race([subscribed.ended, quiet]);
        expect([call.name, brief(variables), result]).toEqual([
          call.name,
          brief(variables),
          result === 'completed' ? 'completed' : null,
        ]);
        expect(JSON.stringify(subscribed.heard)).not.toMatch(/INTERNAL_SERVER_ERROR|UNAVAILABLE/);
        await subscribed.stop();
      }
    }
    await server.close();
  });
});
