import { readFileSync, readdirSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';

const folder = new URL('../../../migrations/', import.meta.url);

export interface MigrationFile {
  readonly name: string;
  readonly class: new (...args: ConstructorParameters<typeof Migration>) => Migration;
}

/** One SQL file a change, in the order of their numbers; never edited after they landed. */
export function readMigrations(): MigrationFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({
      name: name.slice(0, -'.sql'.length),
      class: class extends Migration {
        override up(): void {
          this.addSql(readFileSync(new URL(name, folder), 'utf8'));
        }
      },
    }));
}
