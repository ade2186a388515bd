import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { defineEntity, p } from '@mikro-orm/core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { createTestDatabase } from '../../../test/database.js';
import type { TestDatabase } from '../../../test/database.js';
import { isDatabaseAway } from '../../transport/graphql/errors.js';
import { Database } from './database.js';
import { createLog } from '../log/log.js';

const log = createLog('silent');
const NoteSchema = defineEntity({
  name: 'Note',
  tableName: 'note',
  properties: { id: p.integer().primary(), text: p.text() },
});
class Note extends NoteSchema.class {}
NoteSchema.setClass(Note);

let place: TestDatabase;
let database: Database;

beforeAll(async () => {
  place = await createTestDatabase();
  database = await Database.open({ url: place.url, entities: [NoteSchema], log });
  await database.queryApart('create table note (id integer primary key, text text not null)');
});
afterAll(async () => {
  await database.close();
  await place.drop();
});
beforeEach(() => database.queryApart('delete from note'));

const notes = async () => {
  const rows = await database.queryApart<{ text: string }>('select text from note order by id');
  return rows.map((row) => row.text);
};
const write = (id: number, text: string) =>
  database.query('insert into note values ($1, $2)', [id, text]);
const fail = () => {
  throw new Error('no');
};

describe('a transaction', () => {
  it('keeps all or nothing, of plain SQL and of entities', async () => {
    const work = database.unitOfWork(() =>
      database.transaction(async () => {
        await write(1, 'plain');
        await database.em.persist(database.em.create(Note, { id: 2, text: 'entity' })).flush();
        fail();
      }),
    );
    await expect(work).rejects.toThrow('no');
    expect(await notes()).toEqual([]);
  });

  it('within another one is undone with it, although it ended well', async () => {
    const work = database.unitOfWork(() =>
      database.transaction(async () => {
        await write(1, 'outer');
        await database.transaction(async () => {
          await write(2, 'inner');
          await database.em.persist(database.em.create(Note, { id: 3, text: 'entity' })).flush();
        });
        fail();
      }),
    );
    await expect(work).rejects.toThrow('no');
    expect(await notes()).toEqual([]);
  });

  it('within another one sees what the other one wrote', async () => {
    const seen = await database.unitOfWork(() =>
      database.transaction(async () => {
        await write(1, 'outer');
        return database.transaction(() => database.query('select text from note'));
      }),
    );
    expect(seen).toEqual([{ text: 'outer' }]);
    expect(await notes()).toEqual(['outer']);
  });

  it('that is undone leaves what was written apart', async () => {
    const work = database.unitOfWork(() =>
      database.transaction(async () => {
        await write(1, 'within');
        await database.queryApart(`insert into note values (2, 'apart')`);
        fail();
      }),
    );
    await expect(work).rejects.toThrow('no');
    expect(await notes()).toEqual(['apart']);
  });

  it('of one unit is invisible to another until it ends', async () => {
    await database.unitOfWork(() =>
      database.transaction(async () => {
        await write(1, 'mine');
        const other = await database.unitOfWork(() => database.query('select text from note'));
        expect(other).toEqual([]);
      }),
    );
    expect(await notes()).toEqual(['mine']);
  });

  it('is the same one for what runs beside each other within it', async () => {
    await database.unitOfWork(() =>
      database.transaction(async () => {
        await Promise.all([1, 2, 3].map((id) => write(id, `note ${id}`)));
        expect(await database.query('select 1 from note')).toHaveLength(3);
      }),
    );
  });
});

describe('a unit of work', () => {
  it('is needed by whatever reads or writes', async () => {
    await expect(database.query('select 1')).rejects.toThrow('unit of work');
    expect(() => database.em).toThrow('unit of work');
    expect(() => database.transaction(async () => 1)).toThrow('unit of work');
  });

  it('knows nothing of what another one read', async () => {
    await database.queryApart(`insert into note values (1, 'old')`);
    await database.unitOfWork(async () => {
      const mine = await database.em.findOneOrFail(Note, 1);
      mine.text = 'changed, but not kept';
      await database.unitOfWork(async () => {
        expect(await database.em.findOneOrFail(Note, 1)).toMatchObject({ text: 'old' });
      });
      expect(await database.em.findOneOrFail(Note, 1)).toBe(mine);
    });
    expect(await notes()).toEqual(['old']);
  });

  it('of each of many at once is its own', async () => {
    await Promise.all(
      Array.from({ length: 40 }, (_, id) =>
        database.unitOfWork(async () => {
          await database.transaction(async () => {
            await write(id, `note ${id}`);
            await database.query('select pg_sleep(0.005)');
          });
          expect((await database.em.findOneOrFail(Note, id)).text).toBe(`note ${id}`);
        }),
      ),
    );
    expect(await notes()).toHaveLength(40);
  });

  it('reads instants as dates, to the millisecond and whatever their zone', async () => {
    const [row] = await database.unitOfWork(() =>
      database.query<{ at: Date }>(`select timestamptz '2026-11-24 10:30:00.123+01' as at`),
    );
    expect(row!.at.toISOString()).toBe('2026-11-24T09:30:00.123Z');
  });
});

describe('a database that does not answer', () => {
  it('ends a statement that takes too long, and the connection goes on', async () => {
    const hasty = await Database.open({ url: place.url, entities: [], log, statementMs: 200 });
    const work = hasty.unitOfWork(() => hasty.query('select pg_sleep(30)'));
    const error: unknown = await work.catch((caught: unknown) => caught);
    expect(isDatabaseAway(error)).toBe(true);
    expect(await hasty.unitOfWork(() => hasty.query('select 1 as one'))).toEqual([{ one: 1 }]);
    await hasty.close();
  });

  it(
    'and keeps its connections open is left, with its transaction',
    { timeout: 20_000 },
    async () => {
      const swallowing = await openSwallower();
      const url = new URL(place.url);
      const through = `${url.protocol}//${url.username}:${url.password}@127.0.0.1:${swallowing.port}${url.pathname}`;
      const hasty = await Database.open({ url: through, entities: [], log, statementMs: 200 });
      const started = performance.now();
      const work = hasty.unitOfWork(() =>
        hasty.transaction(async () => {
          await hasty.query(`insert into note values (1, 'never')`);
          swallowing.swallow(true);
          await hasty.query('select 1');
        }),
      );
      const error: unknown = await work.catch((caught: unknown) => caught);
      expect(isDatabaseAway(error)).toBe(true);
      expect(performance.now() - started).toBeLessThan(8_000);
      swallowing.swallow(false);
      expect(await hasty.unitOfWork(() => hasty.query('select 1 as one'))).toEqual([{ one: 1 }]);
      await hasty.close();
      await swallowing.close();
      expect(await notes()).toEqual([]);
    },
  );
});

describe('a pool', () => {
  const endOthers = () =>
    database.queryApart(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );

  it('loses no place by connections that break within transactions', async () => {
    const small = await Database.open({ url: place.url, entities: [], log, poolSize: 2 });
    for (let round = 0; round < 5; round++) {
      const work = small.unitOfWork(() =>
        small.transaction(async () => {
          await small.query('select 1');
          await endOthers();
          await small.query('select 1');
        }),
      );
      const error: unknown = await work.catch((caught: unknown) => caught);
      expect(isDatabaseAway(error)).toBe(true);
    }
    // Broken while they lie in the pool, and asked for a transaction in the same moment.
    for (let round = 0; round < 5; round++) {
      // Until the pool has noticed the end of the last one, a question may still meet it.
      await vi.waitFor(() => small.unitOfWork(() => small.query('select 1')));
      const ended = endOthers();
      const begun = small.unitOfWork(() => small.transaction(() => small.query('select 1')));
      await Promise.allSettled([ended, begun]);
    }
    await vi.waitFor(async () => {
      const asked = Array.from({ length: 4 }, () =>
        small.unitOfWork(() => small.transaction(() => small.query('select 1 as one'))),
      );
      expect(await Promise.all(asked)).toEqual(Array(4).fill([{ one: 1 }]));
    });
    await small.close();
  });
});

/** Between us and PostgreSQL; swallows what is said while it is told to, and closes nothing. */
async function openSwallower() {
  const target = new URL(inject('testDatabaseUrl'));
  const host = decodeURIComponent(target.hostname);
  const open = () =>
    host.startsWith('/')
      ? connect(`${host}/.s.PGSQL.${target.port || '5432'}`)
      : connect(Number(target.port || 5432), host);
  let swallows = false;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = open();
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (data) => void (swallows || far.write(data)));
    far.on('data', (data) => void (swallows || near.write(data)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    swallow: (value: boolean) => void (swallows = value),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
