import * as z from 'zod';
import { memberCode } from './members.ts';
import { compactJws, instant, originName, runName, seqNumber } from './text.ts';

/** gathering: members enrol; open: genesis stands; frozen: see `why`; archived: read-only. */
export const runState = z.enum(['gathering', 'open', 'frozen', 'archived']);

/** `GET /hub/runs/:run`, `GET /hub/runs`. */
export const runInfo = z
  .strictObject({
    run: runName,
    origin: originName,
    state: runState,
    why: z.string().nullable(),
    createdAt: instant,
    size: seqNumber,
    witnessed: seqNumber,
    /** Members that are called to this run, in code order, the Secretariat among them. */
    called: z.array(memberCode),
    online: z.array(memberCode),
  })
  .meta({ id: 'RunInfo' });
export type RunInfo = z.infer<typeof runInfo>;

/** `POST /hub/runs` (trainer). */
export const runRequest = z
  .strictObject({ run: runName, called: z.array(memberCode).min(2).max(32).optional() })
  .meta({ id: 'RunRequest' });

/** `POST /hub/runs/:run/enrolments` (a member's token). The block is an `eads-enrol+jws` of the token's own member. */
export const enrolmentRequest = z.strictObject({ block: compactJws }).meta({ id: 'EnrolmentRequest' });

/** `GET /hub/runs/:run/enrolments` (the Secretariat): what genesis needs. */
export const gathering = z
  .strictObject({
    origin: originName,
    called: z.array(memberCode),
    enrolled: z.array(z.strictObject({ member: memberCode, block: compactJws })),
    /** The trainer starts without those who are missing. */
    startNow: z.boolean(),
    logKey: z.string(),
    hubKey: z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }),
    predecessor: z.string().nullable(),
  })
  .meta({ id: 'Gathering' });
export type Gathering = z.infer<typeof gathering>;

/** `POST /hub/runs/:run/genesis` (the Secretariat) and `GET` (any member). */
export const genesisEnvelope = z
  .strictObject({ origin: originName, envelope: compactJws })
  .meta({ id: 'GenesisEnvelope' });
export type GenesisEnvelope = z.infer<typeof genesisEnvelope>;

/** One line of an export stream (NDJSON): a file of the export, whole or its next part. `manifest.jws` comes last. */
export const exportLine = z.strictObject({ path: z.string().max(200), text: z.string() }).meta({ id: 'ExportLine' });
export type ExportLine = z.infer<typeof exportLine>;
