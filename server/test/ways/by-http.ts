import { expect } from 'vitest';
import { ApiKeys } from '../../src/features/license/api-keys.js';
import { Licenses } from '../../src/features/license/licenses.js';
import { hashSecret, newSecret } from '../../src/kernel/crypto/token.js';
import { newId } from '../../src/kernel/id.js';
import { systemViewer } from '../../src/kernel/access/viewer.js';
import { refusalOf } from '../beside.js';
import { always, inSession } from './world.js';
import type { Somebody, Way, World } from './world.js';

/** What is there for bytes, and for tools on other machines. */
export const byHttp: Record<string, Way> = {
  'route PUT /uploads/ cookie': {
    ...inSession,
    begin: async (who, world) => {
      const cookie = `gatehouse=${world.app.secretOf(who.viewer)}`;
      const path = await uploadOf(world, { cookie: world.app.secretOf(who.viewer) });
      return () => send(world, path, { cookie, origin: world.app.config.publicUrl });
    },
  },
  'route PUT /uploads/ bearer': {
    ...inSession,
    begin: async (who, world) => {
      const token = await world.newToken(who);
      const path = await uploadOf(world, { token, origin: null });
      return () => send(world, path, { authorization: `Bearer ${token}` });
    },
  },
  // What was mailed is as good as its owner, wherever he reads it, and ends with all other ways in.
  'route GET /exports/': {
    ...always,
    elsewhere: 'IP_NOT_ALLOWED',
    oneTimePassword: 'INVALID_TOKEN',
    recorded: ['data_export.downloaded'],
    begin: async (who, world) => {
      const token = newSecret();
      await world.sql(
        `insert into data_export (id, account_id, token_hash, requested_at, made_at, expires_at)
         values ($1, $2, $3, now(), now(), $4)`,
        [newId(), who.id, hashSecret(token), world.soon()],
      );
      return () => answerOf(fetch(`${world.server.url}/exports/${token}`));
    },
  },
  // Everybody's who has the address, and nothing but the picture.
  'route GET /media/': {
    ...always,
    begin: async (who, world) => {
      const hash = newSecret();
      await world.sql(
        `insert into image (account_id, kind, content, hash, width, height, created_at)
         values ($1, 'AVATAR', 'x', $2, 1, 1, now())`,
        [who.id, hash],
      );
      return () => answerOf(fetch(`${world.server.url}/media/${hash}.webp`));
    },
  },
  // Lives on other machines and opens nobody's account: none of the account's rules is about it.
  'credential key': {
    ...always,
    disabled: 'inactive',
    begin: async (who, world) => {
      const token = await keyOf(who, world);
      return async () => {
        const as = { token, origin: null };
        const own = await world.server.graphql('{ me { id } }', {}, as);
        expect(refusalOf(own)?.code).toBe('UNAUTHENTICATED');
        const { data } = await world.server.graphql('{ license { active } }', {}, as);
        const { license } = data as { license: { active: boolean } };
        return license.active ? 'done' : 'inactive';
      };
    },
  },
  'socket key': {
    free: '4401',
    disabled: '4401',
    elsewhere: '4401',
    twoFactor: '4401',
    oneTimePassword: '4401',
    limited: '4401',
    recorded: [],
    begin: async (who, world) => {
      const token = await keyOf(who, world);
      return () => world.listen({ token, origin: null });
    },
  },
};

async function uploadOf(
  { server }: World,
  as: { cookie?: string; token?: string; origin?: null },
): Promise<string> {
  const document = 'mutation { createImageUpload(kind: AVATAR) { url } }';
  const { data } = await server.graphql(document, {}, as);
  return new URL((data as { createImageUpload: { url: string } }).createImageUpload.url).pathname;
}

const send = ({ server }: World, path: string, headers: Record<string, string>) =>
  answerOf(fetch(`${server.url}${path}`, { method: 'PUT', headers, body: 'a picture' }));

/** 'done', or the code of the refusal. */
async function answerOf(asked: Promise<Response>): Promise<string> {
  const response = await asked;
  const text = await response.text();
  if (response.ok) return 'done';
  return refusalOf(JSON.parse(text) as never)?.code ?? String(response.status);
}

async function keyOf(who: Somebody, { app }: World): Promise<string> {
  const license = await app.unit(() => app.get(Licenses).issue(systemViewer, who.id, 'mailer'));
  const made = await app.unit(() => app.get(ApiKeys).create(who.viewer, license.id, 'host'));
  return made.secret;
}
