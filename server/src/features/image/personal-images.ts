import type { Kernel } from '../../kernel/feature.js';
import type { PersonalData } from '../../kernel/personal-data.js';

interface Row {
  readonly kind: string;
  readonly width: number;
  readonly height: number;
  readonly created_at: Date;
  readonly content: Buffer;
}

/** The pictures themselves go beside what is known of them. */
export function personalImages({ database }: Kernel): PersonalData {
  const read = (accountId: string, columns: string) =>
    database.query<Row>(`select ${columns} from image where account_id = $1 order by kind`, [
      accountId,
    ]);
  const nameOf = (kind: string) => `${kind.toLowerCase()}.webp`;
  return {
    name: 'images',
    tables: ['image', 'image_upload'],
    async export(accountId) {
      const rows = await read(accountId, 'kind, width, height, created_at');
      return rows.map(({ kind, width, height, created_at }) => ({
        kind,
        file: nameOf(kind),
        width,
        height,
        changedAt: created_at.toISOString(),
      }));
    },
    async files(accountId) {
      const rows = await read(accountId, 'kind, content');
      return rows.map(({ kind, content }) => ({ name: nameOf(kind), content }));
    },
    async erase(accountId) {
      await database.query('delete from image_upload where account_id = $1', [accountId]);
      await database.query('delete from image where account_id = $1', [accountId]);
    },
  };
}
