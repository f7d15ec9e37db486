import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['packages/*/src/**/*.test.ts', 'services/*/src/**/*.test.ts'] } },
      { test: { name: 'vectors', include: ['tests/vectors/**/*.test.ts'] } },
    ],
  },
});
