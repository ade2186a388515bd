import { useGatehouse } from '../../connection/context.ts';
import { asFailure, cancelled, Failure } from '../../connection/failure.ts';
import { sentenceOf } from '../../connection/sentence.ts';
import {
  CreateImageUploadDocument,
  RemoveImageDocument,
  SetImageDocument,
} from '../../graphql/generated/documents.ts';
import type { ImageKind } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { getAnnouncer } from '../../ui/announcer.svelte.ts';
import { getToaster } from '../../ui/toaster.svelte.ts';
import type { Part, Turns } from '../picture/crop.ts';
import { mostBytes, mostSide, readPicture } from '../picture/picture-file.ts';
import type { Picture, PictureFault } from '../picture/picture-file.ts';
import { previewOf } from '../picture/preview.ts';
import { sendBytes } from './send-bytes.ts';

/** A new picture on its way, or the old one on its way out. Make it while a component is made. */
export class PictureChange {
  /** Chosen, and waiting to be cropped. */
  chosen = $state.raw<Picture>();
  /** Of what is being sent, from 0 to 1; undefined while nothing is. */
  progress = $state<number>();
  problem = $state('');
  /** Shown in place of what the server has. */
  preview = $state<string>();
  /** Taken away, but not yet for good. */
  isRemoved = $state(false);
  #waiting = $state.raw<{ picture: Picture; crop: Part }>();
  #abort = new AbortController();
  #toast: number | undefined;
  readonly #gatehouse = useGatehouse();
  readonly #text = useText();
  readonly #toaster = getToaster();
  readonly #announcer = getAnnouncer();

  constructor(readonly kind: ImageKind) {
    // Who leaves the page does not take it back any more, and waits for no upload.
    $effect(() => () => {
      if (this.#toast !== undefined) this.#toaster.dismiss(this.#toast);
      this.cancel();
    });
  }

  get canRetry(): boolean {
    return this.#waiting !== undefined && this.progress === undefined;
  }

  async choose(file: Blob): Promise<void> {
    this.cancel();
    const read = await readPicture(file);
    if (typeof read === 'string') this.problem = this.#sentenceFor(read, file.size);
    else this.chosen = read;
  }

  /** @param part in pixels of the picture after the turns */
  async crop(part: Part, turns: Turns = 0): Promise<void> {
    const { chosen } = this;
    if (!chosen) return;
    this.chosen = undefined;
    const picture = turns === 0 ? chosen : await this.#turned(chosen, turns);
    if (!picture) return;
    this.#waiting = { picture, crop: part };
    await this.send();
  }

  async #turned(chosen: Picture, turns: Turns): Promise<Picture | undefined> {
    const { signal } = (this.#abort = new AbortController());
    this.progress = 0;
    const { turnedPicture } = await import('../picture/turn.ts');
    const turned = await turnedPicture(chosen, turns).catch(() => 'broken' as const);
    URL.revokeObjectURL(chosen.url);
    if (signal.aborted) return undefined;
    this.progress = undefined;
    if (typeof turned !== 'string') return turned;
    this.problem = this.#sentenceFor(turned, chosen.file.size);
    return undefined;
  }

  /** Also once more, after a failure. */
  async send(): Promise<void> {
    if (!this.#waiting || this.progress !== undefined) return;
    const { picture, crop } = this.#waiting;
    const abort = (this.#abort = new AbortController());
    this.problem = '';
    this.progress = 0;
    this.isRemoved = false;
    if (this.#toast !== undefined) this.#keep();
    this.preview ??= await previewOf(picture, crop).catch(() => picture.url);
    try {
      const { kind } = this;
      const { createImageUpload: upload } = await this.#gatehouse.mutate(
        CreateImageUploadDocument,
        { kind },
      );
      if (abort.signal.aborted) throw new Failure(cancelled);
      await sendBytes({
        url: upload.url,
        body: picture.file,
        bearer: await this.#gatehouse.bearer(),
        signal: abort.signal,
        onprogress: (share) => (this.progress = share),
      });
      await this.#gatehouse.mutate(SetImageDocument, { uploadId: upload.id, crop });
      this.progress = undefined;
      this.cancel();
      this.#announcer.polite(this.#text.t(`image.saved.${kind}`));
    } catch (error) {
      // Stopped on purpose, perhaps for another picture that is under way already.
      if (abort.signal.aborted) return;
      this.progress = undefined;
      this.problem = this.#sentenceOf(asFailure(error), picture.file.size);
    }
  }

  /** Nothing new any more; what was there stays. */
  cancel(): void {
    this.#abort.abort();
    for (const url of [this.preview, this.chosen?.url, this.#waiting?.picture.url])
      if (url) URL.revokeObjectURL(url);
    this.chosen = this.#waiting = this.preview = this.progress = undefined;
    this.problem = '';
  }

  /** Gone at once to the eye, and on the server when the time to take it back is over. */
  remove(): void {
    const { t } = this.#text;
    this.cancel();
    this.isRemoved = true;
    this.#toast = this.#toaster.show({
      text: t(`image.removed.${this.kind}`),
      undo: () => this.#keep(),
      onexpire: () => void this.#remove(),
    });
  }

  #keep(): void {
    const toast = this.#toast;
    this.#toast = undefined;
    this.isRemoved = false;
    if (toast !== undefined) void this.#toaster.undo(toast);
  }

  async #remove(): Promise<void> {
    this.#toast = undefined;
    try {
      await this.#gatehouse.mutate(RemoveImageDocument, { kind: this.kind });
    } catch (error) {
      const reason = sentenceOf(asFailure(error), this.#text);
      const text = this.#text.t('image.removeFailed', { reason });
      this.#toaster.show({ tone: 'danger', text });
    }
    this.isRemoved = false;
  }

  #sentenceFor(fault: PictureFault, bytes: number): string {
    const { t } = this.#text;
    if (fault === 'size') return t('image.tooLarge', this.#sizes(bytes));
    if (fault === 'sides') return t('image.tooManyPixels', { most: mostSide });
    return fault === 'type' ? t('image.notAPicture') : t('image.broken');
  }

  #sentenceOf(failure: Failure, bytes: number): string {
    const { t } = this.#text;
    if (failure.code === 'TOO_LARGE') return t('image.tooLarge', this.#sizes(bytes));
    if (failure.code === 'BAD_USER_INPUT') return t('image.refused');
    if (failure.code === 'INVALID_TOKEN') return t('image.expired');
    return sentenceOf(failure, this.#text);
  }

  #sizes(bytes: number) {
    const digits = new Intl.NumberFormat(this.#text.language, { maximumFractionDigits: 1 });
    // Rounded up, so that no picture of "2 MB" is refused for being above 2 MB.
    const said = (value: number) => digits.format(Math.ceil((value * 10) / 1024 ** 2) / 10);
    return { size: said(bytes), most: said(mostBytes) };
  }
}
