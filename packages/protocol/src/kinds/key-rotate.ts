import * as z from 'zod';
import { compactJws } from '../text.ts';
import { defineKind } from './kind.ts';

/** Signed by the old signing key; `block` is signed by the new one, which proves that the member holds it. */
export const keyRotate = defineKind({
  kind: 'key.rotate',
  v: 1,
  says: 'A member takes new keys into use. The old signing key signs nothing from the next entry on.',
  body: z.strictObject({ block: compactJws }).meta({ id: 'KeyRotate' }),
  inner: null,
  state: true,
  authors: 'forces-and-secretariat',
  addresses: 'all',
});
