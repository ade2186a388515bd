import { Failure } from '../../connection/failure.ts';

/**
 * Fetches a file by an address that works once, and hands it to the browser's downloads. Asked for here and
 * not by a link, so that a refusal is a sentence on the page and not a page of its own.
 * @throws Failure INVALID_TOKEN when it was used or is too old
 */
export async function download(url: string, name: string): Promise<void> {
  const answer = await fetch(url).catch(() => {
    throw new Failure('UNREACHABLE');
  });
  if (!answer.ok) throw new Failure(answer.status >= 500 ? 'UNAVAILABLE' : 'INVALID_TOKEN');
  const file = URL.createObjectURL(
    await answer.blob().catch(() => {
      throw new Failure('UNREACHABLE');
    }),
  );
  const link = document.createElement('a');
  link.href = file;
  link.download = name;
  link.click();
  // The download holds its own share of the bytes by then.
  setTimeout(() => URL.revokeObjectURL(file), 60_000);
}
