import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nobody } from '../../../test/app.js';
import { createTestServer } from '../../../test/server.js';
import type { As, TestServer } from '../../../test/server.js';
import { Refusal } from '../../kernel/errors.js';
import { createLog } from '../../kernel/log/log.js';
import { ApolloTransport } from './apollo.js';
import { errorMapper, isDatabaseAway } from './errors.js';
import { Gate } from './gate.js';

let server: TestServer;
let as: As;

beforeAll(async () => {
  server = await createTestServer();
  as = { cookie: server.app.secretOf(await server.app.signedIn({ role: 'ADMIN' })) };
});
afterAll(() => server.close());

async function first(query: string, variables: Record<string, unknown> = {}, caller = as) {
  const answer = await server.graphql(query, variables, caller);
  const { message, extensions } = answer.errors![0]!;
  return { status: answer.status, message, ...extensions };
}

const update = 'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { id } }';
const snooze =
  'mutation ($ids: [ID!]!, $until: DateTime!) { snooze(ids: $ids, until: $until) { unreadCount } }';
const broadcast = 'mutation ($input: BroadcastInput!) { broadcast(input: $input) { id } }';

describe('a wrong request hears what was wrong', () => {
  it('with its text', async () => {
    expect(await first('{ me ')).toMatchObject({ status: 400, code: 'GRAPHQL_PARSE_FAILED' });
    expect(await first('{ nope }')).toMatchObject({
      status: 400,
      code: 'GRAPHQL_VALIDATION_FAILED',
    });
  });

  it.each([
    ['a missing argument', update, {}, 'input'],
    ['null for what must be given', update, { input: null }, 'input'],
    ['a number for a text', update, { input: { displayName: 5 } }, 'displayName'],
    ['a list for a text', update, { input: { displayName: ['Ada'] } }, 'displayName'],
    ['a text for an object', update, { input: 'Ada' }, 'input'],
    ['a field that does not exist', update, { input: { nope: 'x' } }, 'nope'],
    ['a missing field', broadcast, { input: { body: 'x' } }, 'title'],
    [
      'a wrong value deep inside',
      broadcast,
      { input: { title: 'x', body: 'x', translations: [{ locale: 'FR', title: 'x' }] } },
      'locale',
    ],
    ['an instant that is none', snooze, { ids: [], until: 'soon' }, 'until'],
    ['null in a list', snooze, { ids: [null], until: '2026-11-24T09:30:00Z' }, 'ids'],
    ['a number beyond 32 bits', '($n: Int!)', { n: 2 ** 40 }, 'n'],
    ['more wrong values than are told', snooze, { ids: Array(99).fill({}), until: 'x' }, 'ids'],
    ['a fraction of a row', '($n: Int!)', { n: 1.5 }, 'n'],
  ])('with %s: the field is named', async (_name, text, variables, field) => {
    const query = text.startsWith('(')
      ? `query ${text} { me { inbox(first: $n) { unreadCount } } }`
      : text;
    expect(await first(query, variables)).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
      field,
    });
  });

  it('and what was typed is not repeated', async () => {
    const password = 'p; at "x"; word';
    const query = 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }';
    const said = await first(query, { input: { login: 'ada', password: { password } } });
    expect(said).toMatchObject({ code: 'BAD_USER_INPUT', field: 'password' });
    const unknown = await first(query, { input: { login: 'ada', password, secret: password } });
    expect(unknown).toMatchObject({ code: 'BAD_USER_INPUT', field: 'secret' });
    expect(unknown.message).not.toContain('word');
  });

  it.each([
    ['no JSON', 'hello'],
    ['nothing', '{}'],
    ['a query that is no text', '{"query":5}'],
    ['variables that are no object', '{"query":"{ me { id } }","variables":"x"}'],
    ['an operation that is not there', '{"query":"query A { me { id } }","operationName":"B"}'],
    ['two operations and no choice', '{"query":"query A { me { id } } query B { me { id } }"}'],
    [
      'the hash of a stored query',
      '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}',
    ],
    ['a subscription', '{"query":"subscription { unreadCount }"}'],
  ])('with a body of %s', async (_name, body) => {
    const response = await server.post(body, as);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    });
    expect(response.status).toBeLessThan(500);
  });

  it('and a refusal is no fault of the server', async () => {
    const query = 'mutation { revokeOtherSessions { __typename } }';
    expect(await first(query, {}, {})).toMatchObject({ status: 200, code: 'UNAUTHENTICATED' });
    expect(await first('{ me { id } }', {}, { token: 'gha_unknown' })).toMatchObject({
      status: 200,
      code: 'UNAUTHENTICATED',
    });
  });
});

describe('what somebody wrote', () => {
  it('is never taken for an answer of ours', async () => {
    const { app } = server;
    const admin = await app.signedIn({ permissions: ['admin.notifications'] });
    const data = { code: 'UNAVAILABLE', retryAfter: 99 };
    const emit = 'mutation ($input: EmitEventInput!) { emitEvent(input: $input) { recipients } }';
    const input = { key: 'x', type: 'admin.message', title: 'x', username: admin.name, data };
    await app.graphql(emit, { input }, admin);
    const cookie = app.secretOf(admin);
    const answer = await server.graphql('{ me { inbox { nodes { data } } } }', {}, { cookie });
    expect(answer.status).toBe(200);
    expect(answer.data).toMatchObject({ me: { inbox: { nodes: [{ data }] } } });
  });
});

describe('a fault', () => {
  const lines: Record<string, unknown>[] = [];
  const log = createLog('debug', {
    write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  const thrower = (error: unknown) => ({
    type: GraphQLString,
    extensions: { access: { anonymous: true } },
    resolve: () => {
      throw error;
    },
  });
  const reset = Object.assign(new Error('read ECONNRESET 10.0.0.5'), { code: 'ECONNRESET' });
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        broken: thrower(new TypeError('relation "secret_table" does not exist')),
        odd: thrower('a text that is no error'),
        away: thrower(new Error('select …', { cause: reset })),
        refused: thrower(new Refusal('RATE_LIMITED', 'Too many.', { retryAfter: 30 })),
      },
    }),
  });

  async function ask(query: string) {
    const apollo = new ApolloTransport(schema, new Gate(schema), errorMapper(log), {
      introspection: false,
    });
    await apollo.open();
    lines.length = 0;
    const answer = await apollo.answer(
      {
        method: 'POST',
        headers: new Headers({ 'content-type': 'application/json' }),
        body: JSON.stringify({ query }),
      },
      async () => ({ viewer: nobody, cell: {} }) as never,
    );
    await apollo.close();
    return answer;
  }

  it.each(['broken', 'odd'])('says nothing of itself and is in the log (%s)', async (field) => {
    const { body } = await ask(`{ ${field} }`);
    expect(JSON.parse(body)).toEqual({
      errors: [
        {
          message: 'Something went wrong on our side. It was written to the log.',
          locations: [{ line: 1, column: 3 }],
          path: [field],
          extensions: { code: 'INTERNAL_SERVER_ERROR' },
        },
      ],
      data: { [field]: null },
    });
    expect(lines).toMatchObject([{ level: 50, msg: 'a call failed', path: [field] }]);
    expect(JSON.stringify(lines)).toMatch(/secret_table|a text that is no error/);
  });

  it('of the database alone is 503 with a time to come back', async () => {
    const { status, headers, body } = await ask('{ away }');
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('2');
    expect(JSON.parse(body)).toMatchObject({
      errors: [{ extensions: { code: 'UNAVAILABLE', retryAfter: 2 } }],
    });
    expect(body).not.toContain('10.0.0.5');
    expect(lines).toMatchObject([{ level: 40 }]);
  });

  it('is not what a refusal is, which says all it has to say and needs no log', async () => {
    const { status, body } = await ask('{ refused }');
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      errors: [{ message: 'Too many.', extensions: { code: 'RATE_LIMITED', retryAfter: 30 } }],
    });
    expect(lines).toEqual([]);
  });

  it('keeps what a schema looks like to itself in production', async () => {
    const introspection = await ask('{ __schema { queryType { name } } }');
    expect(JSON.parse(introspection.body)).toMatchObject({
      errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
    const { body } = await ask('{ brokem }');
    expect(body).not.toContain('Did you mean');
  });

  it.each([
    [{ code: '57P01' }, true],
    [{ code: '53300' }, true],
    [{ code: '53100' }, true],
    [{ code: 'ECONNREFUSED' }, true],
    [{ code: '23505' }, false],
    [{ code: '22P02' }, false],
  ])('of code %o is the database’s absence: %s', (fields, away) => {
    expect(isDatabaseAway(Object.assign(new Error('x'), fields))).toBe(away);
  });
});

describe('a server in production', () => {
  it('answers no introspection, but publishes its schema', async () => {
    const production = await createTestServer({
      env: { NODE_ENV: 'production', PUBLIC_URL: 'http://localhost:3000' },
    });
    const answer = await production.graphql('{ __schema { queryType { name } } }');
    expect(answer.errors?.[0]!.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    const sdl = await (await fetch(`${production.url}/schema.graphql`)).text();
    expect(sdl).toContain('type Subscription');
    await production.close();
  });
});
