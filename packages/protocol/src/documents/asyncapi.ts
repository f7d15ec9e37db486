import type * as z from 'zod';
import { CLOSE_CODES, ITEM_CODES } from '../codes.ts';
import type { HubFrame, NodeFrame } from '../frames.ts';
import { PROBLEMS } from '../http.ts';
import { ENVELOPE_BYTES, FRAME_BYTES, VERSIONS } from '../limits.ts';
import { headClaims, receiptClaims, type SignedType, sessionClaims } from '../signed.ts';
import { type FrameSchema, frameSchemas, type JsonSchema, kindSchemas, toJsonSchema } from './json-schema.ts';

/** What each frame is for. A frame without a line here does not compile. */
const FRAME_SAYS: Readonly<Record<HubFrame['t'] | NodeFrame['t'], string>> = {
  challenge: 'Opens the session: which versions the hub speaks, which run this is, and a nonce to sign.',
  hello: 'Answers the challenge: who this is, proven over the nonce, and from where on it needs entries.',
  welcome: 'The session stands: its generation, the size of the log, the limits.',
  credit: 'Adds to what the other end may have under way, in bytes and messages.',
  publish: 'Envelopes to be admitted, each a compact JWS.',
  receipts: 'These envelopes are durable and sequenced, or refused with an entry. One signature a frame.',
  retry: 'These envelopes were not taken and claim nothing: try them again, or mend them.',
  deliver: 'Every entry from `first` on: readable ones whole, all others as a leaf hash.',
  ack: 'The node holds everything before `next`.',
  head: 'How far the log stands, and how many entries were this member’s; signed, every five seconds.',
  cosign: 'Asks the node as co-signer, with the body of C2SP tlog-witness add-checkpoint.',
  cosigned: 'The co-signer’s answer: status and body of C2SP tlog-witness.',
  witnessed: 'A checkpoint that a quorum of co-signers stands for.',
  error: 'What is wrong, and what to do; the socket usually closes after it.',
};

/** Fields that carry a JWS: its type, and what it says. */
const SIGNED_FIELDS: Readonly<
  Record<string, { readonly field: string; readonly typ: SignedType; readonly claims: z.ZodType }>
> = {
  hello: { field: 'session', typ: 'eads-session+jws', claims: sessionClaims },
  receipts: { field: 'receipt', typ: 'eads-receipt+jws', claims: receiptClaims },
  head: { field: 'head', typ: 'eads-head+jws', claims: headClaims },
};

export interface AsyncApiOptions {
  /** Of the software. */
  readonly version: string;
  /** Path of the websocket at the hub, with its prefix: `/hub/session`. */
  readonly address: string;
}

export type AsyncApiDocument = JsonSchema;

const DEFINITIONS = '#/definitions/';
const COMPONENTS = '#/components/schemas/';

const withComponentRefs = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withComponentRefs);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string' && inner.startsWith(DEFINITIONS)
        ? COMPONENTS + inner.slice(DEFINITIONS.length)
        : withComponentRefs(inner),
    ]),
  );
};

/** Named parts of a schema become components of the document; what is left refers to them. */
const createComponents = () => {
  const schemas = new Map<string, unknown>();
  const put = (name: string, schema: unknown): void => {
    const known = schemas.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new Error(`Two different schemas are named ${name}.`);
    }
    schemas.set(name, schema);
  };
  const lift = (schema: JsonSchema): unknown => {
    const { $schema: _, definitions, ...rest } = schema;
    for (const [name, part] of Object.entries((definitions ?? {}) as JsonSchema)) put(name, withComponentRefs(part));
    return withComponentRefs(rest);
  };
  return {
    lift,
    add(name: string, schema: JsonSchema): { readonly $ref: string } {
      put(name, lift(schema));
      return { $ref: COMPONENTS + name };
    },
    sorted: () => Object.fromEntries([...schemas].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
};

const messageName = ({ way, t }: FrameSchema): string => `${way === 'hub-to-node' ? 'hub' : 'node'}.${t}`;

const operation = (action: 'send' | 'receive', summary: string, frames: readonly FrameSchema[]) => ({
  action,
  summary,
  channel: { $ref: '#/channels/session' },
  messages: frames.map((frame) => ({ $ref: `#/channels/session/messages/${messageName(frame)}` })),
});

/**
 * AsyncAPI 3.0 of the session between a node and the hub, as the hub sees it: `send` is what the hub sends. Codes stand in
 * extensions: `x-close-codes` (RFC 6455), `x-item-codes` (answers to one envelope), `x-problem-codes` (HTTP), `x-kinds` (what envelopes say).
 */
export const asyncApiDocument = ({ version, address }: AsyncApiOptions): AsyncApiDocument => {
  const components = createComponents();
  const frames = frameSchemas('draft-7');
  const fromHub = frames.filter(({ way }) => way === 'hub-to-node');
  const fromNode = frames.filter(({ way }) => way === 'node-to-hub');
  const messages = frames.map((frame) => {
    const signed = SIGNED_FIELDS[frame.t];
    const message = {
      name: frame.t,
      title: frame.t,
      summary: FRAME_SAYS[frame.t],
      contentType: 'application/json',
      payload: components.lift(frame.payload),
      ...(signed === undefined
        ? {}
        : {
            'x-signed': {
              field: signed.field,
              typ: signed.typ,
              claims: components.lift(toJsonSchema(signed.claims, 'draft-7')),
            },
          }),
    };
    return [messageName(frame), message] as const;
  });
  const kinds = kindSchemas('draft-7').map(({ kind, payload, inner }) => ({
    kind: kind.kind,
    v: kind.v,
    says: kind.says,
    authors: kind.authors,
    addresses: kind.addresses,
    stateEvent: kind.state,
    payload: components.add(`kind.${kind.kind}`, payload),
    inner: inner === null ? null : components.add(`kind.${kind.kind}.inner`, inner),
  }));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'The session between a node and the hub',
      version,
      description:
        'One websocket a run and member. Training system: all data is simulated. ' +
        `Frames are JSON text, at most ${FRAME_BYTES} bytes; an envelope is a compact JWS of at most ${ENVELOPE_BYTES} bytes. ` +
        'The hub speaks first.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    channels: {
      session: {
        address,
        title: 'session',
        description:
          'The member’s token opens the upgrade; its signature over the nonce of `challenge` opens the session.',
        messages: Object.fromEntries(
          messages.map(([name]) => [name, { $ref: `#/components/messages/${name}` }] as const),
        ),
        bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
      },
    },
    operations: {
      hubSends: operation('send', 'What the hub sends to a node.', fromHub),
      hubReceives: operation('receive', 'What a node sends to the hub.', fromNode),
    },
    components: { messages: Object.fromEntries(messages), schemas: components.sorted() },
    'x-versions': [...VERSIONS],
    'x-close-codes': Object.entries(CLOSE_CODES).map(([code, row]) => ({ code: Number(code), ...row })),
    'x-item-codes': Object.entries(ITEM_CODES).map(([code, row]) => ({ code, ...row })),
    'x-problem-codes': Object.entries(PROBLEMS).map(([code, row]) => ({ code, ...row })),
    'x-kinds': kinds,
  };
};
