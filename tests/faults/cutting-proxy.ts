import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Random } from '@eads/samples';

/** A door before a hub, over real sockets, that cuts lines: each after so many bytes that chance gives it, or all at once. */
export interface CuttingProxy {
  /** `http://127.0.0.1:…/hub`, to go through the door. */
  readonly url: string;
  /** Lines from now on are cut after at most so many bytes, whichever way they go; null: none is. */
  cutWithin(bytes: number | null): void;
  cutAll(): void;
  /** How many lines were cut, and how many of them with a part of a chunk still unsent. */
  readonly cuts: () => { readonly lines: number; readonly inside: number };
  close(): Promise<void>;
}

export const startCuttingProxy = async (hubUrl: string, random: Random): Promise<CuttingProxy> => {
  const target = new URL(hubUrl);
  const lines = new Set<() => void>();
  let within: number | null = null;
  let [cut, inside] = [0, 0];

  const through = (near: Socket): void => {
    const far = connect(Number(target.port), target.hostname);
    let left = within === null ? Number.POSITIVE_INFINITY : random.int(1, within);
    const end = (): void => {
      if (!lines.delete(end)) return;
      // A reset, and an end in good order: both are to be met.
      if (random.chance(0.5)) near.resetAndDestroy();
      else near.destroy();
      far.destroy();
    };
    lines.add(end);
    const pass = (bytes: Buffer, to: Socket): void => {
      if (bytes.length < left) {
        left -= bytes.length;
        to.write(bytes);
        return;
      }
      const part = bytes.subarray(0, left);
      left = 0;
      cut += 1;
      if (part.length < bytes.length) inside += 1;
      // What was let through must arrive, or the cut would be where the system buffers and not where chance put it.
      to.write(part, end);
    };
    near.on('data', (bytes: Buffer) => left > 0 && pass(bytes, far));
    far.on('data', (bytes: Buffer) => left > 0 && pass(bytes, near));
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
  };

  const server = createServer(through);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(hubUrl);
  url.port = String((server.address() as AddressInfo).port);
  const cutAll = (): void => {
    for (const end of [...lines]) {
      cut += 1;
      end();
    }
  };
  return {
    url: url.href,
    cutWithin: (bytes) => {
      within = bytes;
    },
    cutAll,
    cuts: () => ({ lines: cut, inside }),
    close: () => {
      cutAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
};
