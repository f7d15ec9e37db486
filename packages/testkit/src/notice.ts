import type { Notice } from '@eads/protocol';

/** The least that a wanted-person notice says; about 1.4 KB as an envelope. */
export const plainNotice = (force: string, serial: number, over: Partial<Notice> = {}): Notice => ({
  number: `EX-${force}-2026-${String(serial % 1_000_000).padStart(6, '0')}`,
  type: 'wanted',
  subject: {
    type: 'person',
    names: [{ use: 'main', full: 'SEMAR CONTOH', script: 'Latn', parts: [] }],
    born: { value: '1980', approximate: true, asWritten: null },
    birthPlace: null,
    sex: 'male',
    nationalities: ['ID'],
    documents: [],
    heightCm: null,
    weightKg: null,
    eyes: [],
    hair: [],
    languages: [],
    marks: null,
    status: 'suspect',
    portrait: null,
  },
  action: 'locate',
  legalBasis: { charges: [], warrants: [] },
  circumstances: '',
  grading: { source: 'B', information: '2' },
  validity: { from: '2026-11-25', until: '2031-11-25' },
  attachments: [],
  source: null,
  ...over,
});
