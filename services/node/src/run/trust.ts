import { join } from 'node:path';
import { sha256Base64 } from '@eads/ledger';
import { readIfThere, writeDurably } from '../durable-file.ts';

/** What a node believes of its log: which one, founded by which envelope. */
export interface Trust {
  readonly origin: string;
  /** base64 SHA-256 of the genesis envelope. */
  readonly genesisHash: string;
}

export const trustOf = (origin: string, genesis: string): Trust => ({ origin, genesisHash: sha256Base64(genesis) });

/** The trust file: origin and hash, a line each. */
export const formatTrust = ({ origin, genesisHash }: Trust): string => `${origin}\n${genesisHash}\n`;

/** What desks show for people to compare. */
export const shortTrust = ({ genesisHash }: Trust): string => genesisHash.slice(0, 8);

export const readTrust = (folder: string): Trust | null => {
  const text = readIfThere(join(folder, 'trust'));
  if (text === null) return null;
  const [origin = '', genesisHash = ''] = text.split('\n');
  return { origin, genesisHash };
};

/**
 * Pins on first contact. Afterwards the pin stands: `other` is returned where it does not agree, and nothing is written.
 * A new epoch is pinned by `repin`, once its predecessor was checked.
 */
export const pinTrust = (folder: string, trust: Trust): 'pinned' | 'agrees' | 'other' => {
  const pinned = readTrust(folder);
  if (pinned === null) {
    repin(folder, trust);
    return 'pinned';
  }
  return pinned.origin === trust.origin && pinned.genesisHash === trust.genesisHash ? 'agrees' : 'other';
};

/** Replaces the pin. */
export const repin = (folder: string, trust: Trust): void => {
  writeDurably(join(folder, 'trust'), formatTrust(trust));
};
