import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** A door between a node and the hub that a test can hold: real bytes, late or never. */
export interface TcpGate {
  /** Where to connect instead. */
  readonly port: number;
  /** Bytes stay where they are, the lines stay up: `down` towards the node, or both ways. */
  hold(which: 'down' | 'both'): void;
  release(): void;
  /** Cuts every line; new ones are refused until `release`. */
  shut(): void;
  /** Everything that went through towards the node, as latin-1 text. */
  received(): string;
  close(): Promise<void>;
}

/** Opens a gate before a port on loopback. */
export const openTcpGate = async (target: number): Promise<TcpGate> => {
  const lines = new Set<{ near: Socket; far: Socket }>();
  const down: Buffer[] = [];
  let held: 'none' | 'down' | 'both' = 'none';
  let shut = false;

  const settle = ({ near, far }: { near: Socket; far: Socket }): void => {
    if (held === 'both') near.pause();
    else near.resume();
    if (held === 'none') far.resume();
    else far.pause();
  };

  const server = createServer((near) => {
    if (shut) {
      near.destroy();
      return;
    }
    const far = connect(target, '127.0.0.1');
    const line = { near, far };
    lines.add(line);
    const end = (): void => {
      lines.delete(line);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', end);
    }
    near.on('data', (bytes) => far.write(bytes) || near.pause());
    far.on('drain', () => settle(line));
    far.on('data', (bytes) => {
      down.push(bytes);
      if (!near.write(bytes)) far.pause();
    });
    near.on('drain', () => settle(line));
    settle(line);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const cut = (): void => {
    for (const { near, far } of lines) {
      near.destroy();
      far.destroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    hold: (which) => {
      held = which;
      for (const line of lines) settle(line);
    },
    release: () => {
      held = 'none';
      shut = false;
      for (const line of lines) settle(line);
    },
    shut: () => {
      shut = true;
      cut();
    },
    received: () => Buffer.concat(down).toString('latin1'),
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
};
