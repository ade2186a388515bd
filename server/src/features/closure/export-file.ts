import { ZipFile } from 'yazl';
import type { Json } from '../../kernel/live/live.js';
import type { PersonalData } from '../../kernel/personal-data.js';

export interface ExportIntroduction {
  readonly siteName: string;
  readonly publicUrl: string;
  readonly username: string;
  readonly madeAt: string;
}

/** One ZIP: `about.json`, a JSON file a room, and the rooms' files. Streamed, so that its size costs no memory. */
export async function* exportFile(
  rooms: readonly PersonalData[],
  accountId: string,
  introduction: ExportIntroduction,
): AsyncGenerator<Buffer> {
  const zip = new ZipFile();
  const add = (name: string, value: Json) =>
    zip.addBuffer(Buffer.from(`${JSON.stringify(value, null, 2)}\n`), name);
  add('about.json', { ...introduction });
  for (const room of rooms) {
    add(`${room.name}.json`, await room.export(accountId));
    for (const { name, content } of (await room.files?.(accountId)) ?? []) {
      zip.addBuffer(content, `${room.name}/${name}`, { compress: false });
    }
  }
  zip.end();
  for await (const piece of zip.outputStream as AsyncIterable<Buffer>) yield piece;
}
