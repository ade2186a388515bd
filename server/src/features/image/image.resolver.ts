import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import type { Account } from '../account/account.entity.js';
import { AccountView } from '../account/account.view.js';
import { CropInput, ImageKindName, ImageUploadView, ImageView } from './image.view.js';
import { Images } from './images.js';
import type { ImageKind, ShownImage } from './images.js';

type Both = Promise<Partial<Record<ImageKind, ShownImage>>>;

@Resolver(() => AccountView)
export class ImageResolver {
  constructor(private readonly images: Images) {}

  @Access({ scope: 'ACCOUNT_READ' })
  @FieldResolver(() => ImageView, { nullable: true })
  async avatar(@Root() { id }: Account, @Ctx() context: Context): Promise<ShownImage | null> {
    return (await this.#of(id, context)).AVATAR ?? null;
  }

  @Access({ scope: 'ACCOUNT_READ' })
  @FieldResolver(() => ImageView, { nullable: true })
  async banner(@Root() { id }: Account, @Ctx() context: Context): Promise<ShownImage | null> {
    return (await this.#of(id, context)).BANNER ?? null;
  }

  @Access({ scope: 'ACCOUNT_WRITE' })
  @Mutation(() => ImageUploadView, {
    description: 'A one-use URL to PUT the image bytes to (PNG, JPEG, WebP or GIF, at most 2 MiB).',
  })
  createImageUpload(
    @Ctx() { viewer }: Context,
    @Arg('kind', () => ImageKindName) kind: ImageKind,
  ): Promise<ImageUploadView> {
    return this.images.createUpload(viewer, kind);
  }

  @Access({ scope: 'ACCOUNT_WRITE' })
  @Mutation(() => AccountView, {
    description:
      'Crops (pixels of the uploaded original), re-encodes without metadata, and shows it.',
  })
  setImage(
    @Ctx() { viewer }: Context,
    @Arg('uploadId', () => ID) uploadId: string,
    @Arg('crop', () => CropInput, { nullable: true }) crop: CropInput | null,
  ): Promise<Account> {
    return this.images.show(viewer, uploadId, crop);
  }

  @Access({ scope: 'ACCOUNT_WRITE' })
  @Mutation(() => AccountView)
  removeImage(
    @Ctx() { viewer }: Context,
    @Arg('kind', () => ImageKindName) kind: ImageKind,
  ): Promise<Account> {
    return this.images.remove(viewer, kind);
  }

  /** Both pictures of an account are one statement of an operation. After a mutation they are read anew. */
  #of(accountId: string, { loaders }: Context): Both {
    const known = (loaders.get(ImageResolver) ?? new Map<string, Both>()) as Map<string, Both>;
    loaders.set(ImageResolver, known);
    const both = known.get(accountId) ?? this.images.of(accountId);
    known.set(accountId, both);
    return both;
  }
}
