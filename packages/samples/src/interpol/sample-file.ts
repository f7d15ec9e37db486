import { sampleInterpol } from './generate.ts';

/** The bytes of tests/fixtures/interpol-sample.json: 500 records, the same ones always. */
export const sampleFileText = (): string =>
  `${JSON.stringify(sampleInterpol('fixture', { count: 500, on: '2026-11-01' }), null, 1)}\n`;
