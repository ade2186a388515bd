import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime, SafeInt, UrlText } from '../../kernel/schema/scalars.js';

export const ImageKindName = { AVATAR: 'AVATAR', BANNER: 'BANNER' } as const;
registerEnumType(ImageKindName, { name: 'ImageKind' });

@ObjectType('Image', { description: '`url` is absolute, under PUBLIC_URL.' })
export class ImageView {
  @Field(() => UrlText)
  url!: string;

  @Field(() => Int)
  width!: number;

  @Field(() => Int)
  height!: number;
}

@ObjectType('ImageUpload')
export class ImageUploadView {
  @Field(() => ID)
  id!: string;

  @Field(() => UrlText)
  url!: string;

  @Field(() => SafeInt)
  maxBytes!: number;

  @Field(() => DateTime)
  expiresAt!: Date;
}

@InputType()
export class CropInput {
  @Field(() => Int)
  x!: number;

  @Field(() => Int)
  y!: number;

  @Field(() => Int)
  width!: number;

  @Field(() => Int)
  height!: number;
}
