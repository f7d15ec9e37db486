import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sampleFileText } from './sample-file.ts';

/** Writes tests/fixtures/interpol-sample.json anew. Usage: npm run make-sample, in packages/samples. */
const path = join(import.meta.dirname, '..', '..', '..', '..', 'tests', 'fixtures', 'interpol-sample.json');
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, sampleFileText());
console.log(`${path} written`);
