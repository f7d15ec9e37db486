import { randomBytes } from 'node:crypto';
import type { Notice } from '@eads/protocol';
import { plainNotice } from '@eads/testkit';

/** Makes texts that stand nowhere else, and remembers them. */
export const createPlanter = () => {
  const all: string[] = [];
  const keep = (text: string): string => {
    all.push(text);
    return text;
  };
  return {
    all,
    keep,
    /** Lower case, so that it also fits where only words stand. */
    word: (what: string): string => keep(`${what}-${randomBytes(9).toString('hex')}`),
    /** Of the alphabet of document numbers. */
    document: (): string => keep(`EX${randomBytes(8).toString('hex').toUpperCase()}`),
    sha256: (): string => keep(randomBytes(32).toString('hex')),
    serial: (): number => Number.parseInt(randomBytes(3).toString('hex'), 16) % 900_000,
  };
};

export type Planter = ReturnType<typeof createPlanter>;

/** A notice on a person with a planted text in every field that takes one. */
export const plantedPerson = (force: string, { word, document, sha256, keep, serial }: Planter): Notice => {
  const plain = plainNotice(force, serial());
  if (plain.subject.type !== 'person') throw new Error('a plain notice is on a person');
  keep(plain.number);
  return {
    ...plain,
    subject: {
      ...plain.subject,
      names: [
        { use: 'main', full: word('nama'), script: 'Latn', parts: [{ type: 'given', text: word('bagian') }] },
        { use: 'alias', full: `สมมติ ${word('alias')}`, script: 'Thai', parts: [] },
      ],
      born: { value: '1980', approximate: true, asWritten: word('lahir') },
      birthPlace: { text: word('tempat'), country: 'ID' },
      documents: [{ type: 'passport', number: document(), country: 'ID' }],
      eyes: [word('m').slice(0, 20)],
      hair: [word('r').slice(0, 20)],
      marks: word('tanda'),
    },
    legalBasis: {
      charges: [{ text: word('tuduhan'), translation: word('terjemahan'), country: 'ID', maxPenaltyYears: 5 }],
      warrants: [{ reference: word('surat'), issuedBy: word('hakim'), issuedOn: '2026-01-02', country: 'ID' }],
    },
    circumstances: word('keadaan'),
    attachments: [{ sha256: sha256(), mediaType: 'image/png', bytes: 10, title: word('lampiran') }],
    source: { format: 'interpol-public', reference: word('sumber') },
  };
};

export const plantedObject = (force: string, { word, keep, serial }: Planter): Notice => {
  const notice = plainNotice(force, serial(), {
    type: 'stolen-object',
    subject: {
      type: 'object',
      category: 'vessel',
      description: word('kapal'),
      identifiers: [{ label: word('label'), value: word('nilai') }],
    },
  });
  keep(notice.number);
  return notice;
};

export const plantedMethod = (force: string, { word, keep, serial }: Planter): Notice => {
  const notice = plainNotice(force, serial(), {
    type: 'modus-operandi',
    subject: { type: 'method', title: word('cara'), description: word('uraian'), indicators: [word('petunjuk')] },
  });
  keep(notice.number);
  return notice;
};
