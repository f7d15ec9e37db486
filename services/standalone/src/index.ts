export { type AmbientHost, type AmbientOptions, startAmbient } from './ambient.ts';
export { createStandalone, PRACTICE, type Standalone, type StandaloneOptions } from './standalone.ts';
