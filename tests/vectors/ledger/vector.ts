/** What a sender may open of one member. */
export type SenderTuple = readonly [member: string, decision: string, salt: string, r: string];

/** One case: what is read, with which keys, and the code that must come out (`ok` if it stands). */
export type Vector =
  | { readonly area: 'record'; readonly says: string; readonly text: string; readonly expect: string }
  | {
      readonly area: 'opening';
      readonly says: string;
      /** base64, 32 bytes a member of the roster. */
      readonly commitments: string;
      readonly at: number;
      readonly member: string;
      readonly opening: readonly [decision: string, salt: string, salt2: string, rseq: number];
      readonly expect: string;
    }
  | {
      readonly area: 'sender';
      readonly says: string;
      readonly recipientsHash: string;
      readonly openings: readonly SenderTuple[];
      readonly expect: string;
    }
  | {
      readonly area: 'note';
      readonly says: string;
      readonly text: string;
      /** C2SP vkeys. */
      readonly keys: readonly string[];
      readonly strict: boolean;
      readonly expect: string;
    }
  | {
      readonly area: 'checkpoint' | 'cosignature';
      readonly says: string;
      readonly text: string;
      readonly logKey: string;
      readonly witnesses: readonly string[];
      /** For `cosignature`: how many members must have signed. */
      readonly quorum: number;
      readonly strict: boolean;
      readonly expect: string;
    }
  | {
      readonly area: 'inclusion';
      readonly says: string;
      readonly index: number;
      readonly size: number;
      readonly leaf: string;
      readonly root: string;
      readonly proof: readonly string[];
      readonly expect: string;
    }
  | {
      readonly area: 'consistency';
      readonly says: string;
      readonly size1: number;
      readonly size2: number;
      readonly root1: string;
      readonly root2: string;
      readonly proof: readonly string[];
      readonly expect: string;
    }
  | {
      readonly area: 'receipt';
      readonly says: string;
      readonly text: string;
      readonly entry: string;
      readonly logKey: string;
      readonly witnesses: readonly string[];
      readonly quorum: number;
      readonly expect: string;
    };
