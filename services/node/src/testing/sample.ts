import type { Notice } from '@eads/protocol';

/** A notice about nobody. */
export const sampleNotice = (number = 'EX-MY-2026-000001', name = 'Contoh Seorang'): Notice => ({
  number,
  type: 'wanted',
  subject: {
    type: 'person',
    names: [{ use: 'main', full: name, script: 'Latn', parts: [] }],
    born: null,
    birthPlace: null,
    sex: 'unknown',
    nationalities: [],
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
  circumstances: 'An exercise.',
  grading: { source: 'A', information: '1' },
  validity: { from: '2026-01-01', until: '2026-12-31' },
  attachments: [],
  source: null,
});
