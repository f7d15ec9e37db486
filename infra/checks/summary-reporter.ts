import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import type {} from '../../tests/requirements.ts';

/** What one run came to. A file that does not load, and an error outside any test, is one failure each. */
export type Summary = {
  passed: number;
  failed: number;
  skipped: { name: string; reason: string | undefined }[];
};

/** Writes the summary of a run as JSON to the file that EADS_TEST_SUMMARY names, for the test runner to read. */
export function createSummaryReporter(): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const target = process.env.EADS_TEST_SUMMARY;
      if (target !== undefined) writeFileSync(target, JSON.stringify(summarize(modules, unhandledErrors)));
    },
  };
}

function summarize(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): Summary {
  const summary: Summary = { passed: 0, failed: unhandledErrors.length, skipped: [] };
  for (const module of modules) {
    const tests = [...module.children.allTests()];
    const suites = [...module.children.allSuites()];
    summary.failed += module.errors().length > 0 ? 1 : 0;
    summary.failed += suites.filter((suite) => suite.errors().length > 0).length;
    for (const test of tests) {
      const result = test.result();
      if (result.state === 'passed') summary.passed += 1;
      else if (result.state === 'skipped') {
        summary.skipped.push({
          name: `${relative('.', module.moduleId)} > ${test.fullName}`,
          reason: result.note ?? test.meta().skipReason,
        });
      } else summary.failed += 1;
    }
  }
  return summary;
}
