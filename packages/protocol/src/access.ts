import * as z from 'zod';
import { memberCode } from './members.ts';

/** Who a token stands for. A member's token opens its own node and, at the hub, hashes only. */
export const role = z.union([z.enum(['trainer', 'evaluator', 'auditor', 'operator']), memberCode]);
export type Role = z.infer<typeof role>;

/** `access.json`, mode 0600, in the data folder: one token a role, and where the public port is. */
export const accessFile = z
  .strictObject({
    url: z.url(),
    tokens: z.record(z.string(), z.string().min(32)),
  })
  .meta({ id: 'AccessFile' });
export type AccessFile = z.infer<typeof accessFile>;
