import { randomBytes } from 'node:crypto';
import {
  type CosignAnswer,
  envelopeBytes,
  type NodeLink,
  type NodeLinkOptions,
  startNodeLink,
  systemClock,
} from '@eads/link';
import type { Claims, Deliver, Handling, ItemCode } from '@eads/protocol';
import {
  type Envelope,
  generateRunKeys,
  makeEnvelope,
  type RunKeys,
  readStatement,
  signEnrolment,
  signStatement,
  uuidv7,
} from '@eads/signing';

export const HANDLING: Handling = { tlp: 'AMBER', code: 'H0', releasableTo: null, caveat: null };

export interface ScriptedConnect extends Pick<NodeLinkOptions, 'url' | 'token'> {
  readonly next?: number;
  readonly checkpoint?: string | null;
  /** Answers a round; 503 where it is left out. */
  readonly cosign?: (body: string, round: number) => CosignAnswer;
}

/** What a scripted member was sent. */
export interface Heard {
  readonly delivered: Deliver[];
  /** [record, sender openings] of every receipt. */
  readonly receipts: [string, unknown][];
  readonly retries: (readonly [string, ItemCode])[];
  /** `afterMs` of each retry frame. */
  readonly waits: number[];
  readonly heads: string[];
  readonly witnessed: string[];
  readonly lost: number[];
}

/**
 * A member that speaks the protocol with its own keys and keeps nothing: for tests of a hub, and for load. It does what
 * it is told, sound or not.
 */
export const createScriptedMember = (member: string, keys: RunKeys = generateRunKeys()) => {
  const heard: Heard = { delivered: [], receipts: [], retries: [], waits: [], heads: [], witnessed: [], lost: [] };
  const outgoing: string[] = [];
  const waiting = new Set<() => void>();
  let origin = '';
  let link: NodeLink | undefined;
  const links: NodeLink[] = [];
  let next = 0;

  const changed = (): void => {
    for (const check of [...waiting]) check();
  };

  return {
    member,
    keys,
    heard,
    origin: () => origin,
    next: () => next,
    enrolment: (forOrigin: string): string => {
      origin = forOrigin;
      return signEnrolment(forOrigin, member, keys);
    },
    envelope: (kind: string, to: Claims['to'], body: Claims['body'], over: Partial<Claims> = {}): Envelope =>
      makeEnvelope(
        {
          origin,
          id: uuidv7(Date.now(), randomBytes(10)),
          kind,
          from: member as Claims['from'],
          actor: 'seat-1',
          to,
          sentAt: new Date().toISOString(),
          inReplyTo: null,
          handling: HANDLING,
          nonce: randomBytes(16).toString('base64url'),
          body,
          ...over,
        },
        keys.signing,
      ),
    connect: (options: ScriptedConnect): void => {
      next = options.next ?? 0;
      link = startNodeLink({
        url: options.url,
        token: options.token,
        clock: systemClock,
        random: Math.random,
        host: {
          member,
          prove: (of, hub, nonce) =>
            signStatement('eads-session+jws', { origin: of, hub, member: member as 'ID', nonce }, keys.signing),
          cursor: async () => ({ origin, next, rseq: 0, checkpoint: options.checkpoint ?? null }),
          delivered: async (frame) => {
            heard.delivered.push(frame);
            next = frame.first + frame.items.length;
            changed();
            return { next };
          },
          receipts: async (jws) => {
            heard.receipts.push(...(readStatement('eads-receipt+jws', jws).claims.items as [string, unknown][]));
            changed();
          },
          retry: async (items, afterMs) => {
            heard.retries.push(...items);
            heard.waits.push(afterMs);
            changed();
          },
          head: (jws) => {
            heard.heads.push(jws);
            changed();
          },
          cosign: async (round, body) => options.cosign?.(body, round) ?? { status: 503, body: '' },
          witnessed: async (note) => {
            heard.witnessed.push(note);
            changed();
          },
          outgoing: async (count, bytes) => {
            let fits = 0;
            let size = 0;
            for (const envelope of outgoing.slice(0, count)) {
              size += envelopeBytes([envelope]);
              if (size > bytes) break;
              fits += 1;
            }
            return outgoing.splice(0, fits);
          },
          linked: changed,
          lost: (code) => {
            heard.lost.push(code);
            changed();
          },
          newOrigin: async () => undefined,
        },
      });
      links.push(link);
    },
    send: (...envelopes: string[]): void => {
      outgoing.push(...envelopes);
      link?.nudge();
    },
    state: () => link?.state(),
    /** A person says: try now. */
    resume: (): void => link?.resumeByPerson(),
    /** Resolves once `holds` is true of what was heard; rejects after `ms`. */
    until: (what: string, holds: () => boolean, ms = 10_000): Promise<void> =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`${member} waited ${ms} ms in vain for: ${what}`));
        }, ms);
        const check = (): void => {
          if (!holds()) return;
          waiting.delete(check);
          clearTimeout(timer);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    stop: async (): Promise<void> => {
      await Promise.all(links.map((each) => each.stop()));
    },
  };
};

export type ScriptedMember = ReturnType<typeof createScriptedMember>;
