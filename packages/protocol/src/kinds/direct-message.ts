import * as z from 'zod';
import { jweGeneral } from '../jwe.ts';
import { plainText } from '../text.ts';
import { defineKind } from './kind.ts';

export const directMessageInner = z
  .strictObject({ subject: plainText(200).min(1), text: plainText(12_000) })
  .meta({ id: 'DirectMessageInner' });

export const directMessage = defineKind({
  kind: 'direct.message',
  v: 1,
  says: 'A confidential message to named members. The hub sees who writes to whom, and nothing of what.',
  body: jweGeneral,
  inner: directMessageInner,
  state: false,
  authors: 'forces-and-secretariat',
  addresses: 'named',
});
