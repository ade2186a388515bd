import { createHash, randomBytes } from 'node:crypto';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { isId, newId } from '../../kernel/id.js';
import { limitKey } from '../../kernel/access/rate-limit.js';
import { requireAccount } from '../../kernel/access/viewer.js';
import type { AccountViewer, Viewer } from '../../kernel/access/viewer.js';
import type { Account } from '../account/account.entity.js';
import type { Accounts } from '../account/accounts.js';
import type { Crop, ImageFault } from './image-shape.js';
import { mostFrames, mostSide } from './image-shape.js';
import type { ImageWorker } from './image-worker.js';

export type ImageKind = 'AVATAR' | 'BANNER';

export interface ShownImage {
  readonly url: string;
  readonly width: number;
  readonly height: number;
}

export const mostImageBytes = 2 * 1024 * 1024;
const sizes = {
  AVATAR: { width: 512, height: 512 },
  BANNER: { width: 1500, height: 500 },
} as const;
const uploadMinutes = 15;
const mostAMinute = { most: 10, seconds: 60 };

const sentences: Record<ImageFault, string> = {
  NOT_AN_IMAGE: 'This is no PNG, JPEG, WebP or GIF picture. Choose another file.',
  BROKEN: 'This picture is damaged and cannot be read. Choose another file.',
  TOO_LARGE: `This picture is larger than ${mostSide} pixels a side. Make it smaller first.`,
  TOO_MANY_FRAMES: `This animation is too long: at most ${mostFrames} frames, 50 megapixels in all.`,
  CROP_OUTSIDE: 'The chosen part lies outside of the picture.',
};

/**
 * Pictures of people. What was sent is kept until it is shown or forgotten; what is shown was decoded and
 * encoded anew, so that nothing of the file but its pixels gets to others.
 */
export class Images {
  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly worker: ImageWorker,
  ) {}

  /** @throws RATE_LIMITED */
  async createUpload(viewer: Viewer, kind: ImageKind) {
    requireAccount(viewer);
    const { database, clock, settings } = this.kernel;
    await this.#takeOne('image-upload', viewer);
    const id = newId();
    const now = clock.now();
    const expiresAt = new Date(now.getTime() + uploadMinutes * 60_000);
    await database.query(
      `insert into image_upload (id, account_id, kind, credential_id, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6)`,
      [id, viewer.accountId, kind, viewer.credentialId, now, expiresAt],
    );
    return { id, url: `${settings.publicUrl}/uploads/${id}`, maxBytes: mostImageBytes, expiresAt };
  }

  /**
   * The bytes, from the session or token that asked for the address, once.
   * @throws NOT_FOUND for everybody else; CONFLICT when they are here already
   */
  async receive(viewer: Viewer, id: string, content: Buffer): Promise<void> {
    requireUnrestricted(viewer);
    if (content.length === 0) {
      refuse('BAD_USER_INPUT', 'The picture is empty. Send its bytes as the body.');
    }
    const rows = await this.kernel.database.query<{ is_new: boolean }>(
      `update image_upload set content = coalesce(content, $4)
       from (select content is null as is_new from image_upload where id = $1 for update) as before
       where id = $1 and account_id = $2 and credential_id = $3 and expires_at > $5
       returning before.is_new`,
      [idOf(id), viewer.accountId, viewer.credentialId, content, this.kernel.clock.now()],
    );
    if (!rows[0]) refuse('NOT_FOUND', 'This upload is unknown or has expired. Begin again.');
    if (!rows[0].is_new) refuse('CONFLICT', 'This picture was sent already.');
  }

  /**
   * @param crop pixels of the picture after its EXIF orientation; null: the middle of it
   * @throws RATE_LIMITED; INVALID_TOKEN field `uploadId`; BAD_USER_INPUT for what is no picture, field `crop` for a wrong part
   */
  async show(viewer: Viewer, uploadId: string, crop: Crop | null): Promise<Account> {
    requireAccount(viewer);
    if (crop) checkCrop(crop);
    // One that is refused can be asked for again at once, and others wait for it.
    await this.#takeOne('image-show', viewer);
    const { kind, content } = await this.#upload(viewer, uploadId);
    const made = await this.worker.convert(viewer.accountId, { content, crop, ...sizes[kind] });
    if (typeof made === 'string') {
      const field = made === 'CROP_OUTSIDE' ? 'crop' : 'uploadId';
      refuse('BAD_USER_INPUT', sentences[made], { field });
    }
    await this.#place(viewer.accountId, kind, uploadId, made);
    return this.accounts.get(viewer.accountId);
  }

  async remove(viewer: Viewer, kind: ImageKind): Promise<Account> {
    requireAccount(viewer);
    await this.kernel.database.query('delete from image where account_id = $1 and kind = $2', [
      viewer.accountId,
      kind,
    ]);
    return this.accounts.get(viewer.accountId);
  }

  async of(accountId: string): Promise<Partial<Record<ImageKind, ShownImage>>> {
    const rows = await this.kernel.database.query<ShownImage & { kind: ImageKind; hash: string }>(
      'select kind, hash, width, height from image where account_id = $1',
      [accountId],
    );
    return Object.fromEntries(
      rows.map(({ kind, hash, width, height }) => [
        kind,
        { url: `${this.kernel.settings.publicUrl}/media/${hash}.webp`, width, height },
      ]),
    );
  }

  /** For whoever has the address. */
  async read(file: string): Promise<Buffer | null> {
    const hash = /^([\w-]{43})\.webp$/.exec(file)?.[1];
    if (hash === undefined) return null;
    const rows = await this.kernel.database.query<{ content: Buffer }>(
      'select content from image where hash = $1',
      [hash],
    );
    return rows[0]?.content ?? null;
  }

  /** Uploads that nobody finished. */
  async sweep(): Promise<void> {
    await this.kernel.database.query('delete from image_upload where expires_at <= $1', [
      this.kernel.clock.now(),
    ]);
  }

  async #takeOne(what: string, { accountId }: AccountViewer): Promise<void> {
    const taken = await this.kernel.rateLimits.takeWindow(limitKey(what, accountId), mostAMinute);
    if (taken.allowed) return;
    const { retryAfter } = taken;
    refuse('RATE_LIMITED', 'These are many pictures at once. Wait a moment.', { retryAfter });
  }

  async #upload(viewer: AccountViewer, id: string) {
    const rows = await this.kernel.database.query<{ kind: ImageKind; content: Buffer | null }>(
      `select kind, content from image_upload
       where id = $1 and account_id = $2 and credential_id = $3 and expires_at > $4`,
      [idOf(id), viewer.accountId, viewer.credentialId, this.kernel.clock.now()],
    );
    const field = { field: 'uploadId' };
    if (!rows[0]) refuse('INVALID_TOKEN', 'This upload is unknown, used or expired.', field);
    const { kind, content } = rows[0];
    if (!content) refuse('INVALID_TOKEN', 'The picture has not been sent yet.', field);
    return { kind, content };
  }

  async #place(accountId: string, kind: ImageKind, uploadId: string, content: Buffer) {
    const { database, clock } = this.kernel;
    const hash = createHash('sha256').update(randomBytes(32)).update(content).digest('base64url');
    const { width, height } = sizes[kind];
    await database.transaction(async () => {
      const used = await database.query('delete from image_upload where id = $1 returning id', [
        uploadId,
      ]);
      if (!used[0]) {
        refuse('INVALID_TOKEN', 'This upload is unknown, used or expired.', { field: 'uploadId' });
      }
      await database.query(
        `insert into image (account_id, kind, hash, width, height, content, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (account_id, kind) do update set hash = excluded.hash,
           content = excluded.content, created_at = excluded.created_at`,
        [accountId, kind, hash, width, height, content, clock.now()],
      );
    });
  }
}

/** What is no id is nobody's. */
const idOf = (id: string) => (isId(id) ? id : '00000000-0000-0000-0000-000000000000');

function requireUnrestricted(viewer: Viewer): asserts viewer is AccountViewer {
  if (viewer.barred) throw viewer.barred;
  requireAccount(viewer);
  if (viewer.restriction) refuse(viewer.restriction, 'Mend your sign-in first.');
}

function checkCrop({ x, y, width, height }: Crop): void {
  const whole = [x, y, width, height].every(Number.isInteger);
  if (!whole || x < 0 || y < 0 || width < 1 || height < 1 || Math.max(x, y, width, height) > 1e6) {
    refuse('BAD_USER_INPUT', sentences.CROP_OUTSIDE, { field: 'crop' });
  }
}
