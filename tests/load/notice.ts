import type { Notice } from '@eads/protocol';

/** A wanted-person notice whose envelope has about 1 KiB and a half, the least that a real one says. */
export const loadNotice = (serial: number): Notice => ({
  number: `EX-ID-2026-${String(serial % 1_000_000).padStart(6, '0')}`,
  type: 'wanted',
  subject: {
    type: 'person',
    names: [{ use: 'main', full: 'SEMAR LOADTEST', script: 'Latn', parts: [] }],
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
});
