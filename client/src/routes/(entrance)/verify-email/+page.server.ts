import { VerifyEmailDocument } from '../../../lib/graphql/generated/documents.ts';
import { followed } from '../without-scripts.ts';
import type { Actions } from './$types';

export const actions: Actions = { default: followed(VerifyEmailDocument) };
