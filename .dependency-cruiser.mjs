/**
 * The layer order: what each package and service may import of the others. A folder that is not listed may import none.
 * @type {Record<string, string[]>}
 */
const MAY_IMPORT = {
  'packages/protocol': [],
  'packages/signing': ['protocol'],
  'packages/ledger': ['protocol', 'signing'],
  'packages/policy': ['protocol'],
  'packages/link': ['protocol', 'signing'],
  'packages/client': ['protocol', 'signing'],
  'packages/samples': ['protocol'],
  'packages/store': ['protocol', 'signing', 'ledger', 'policy'],
  'packages/runtime': [],
  'packages/cli': ['protocol', 'signing', 'ledger', 'client', 'samples'],
  'services/hub': ['protocol', 'signing', 'ledger', 'policy', 'link', 'store', 'runtime'],
  'services/node': ['protocol', 'signing', 'ledger', 'policy', 'link', 'store', 'runtime'],
  'services/standalone': [
    'protocol',
    'signing',
    'ledger',
    'policy',
    'link',
    'store',
    'runtime',
    'samples',
    'hub',
    'node',
  ],
};
/** What the pure packages may take from outside: no clock, file, socket or database. */
const PURE = ['protocol', 'ledger', 'policy'];
const PURE_BUILTINS = ['crypto', 'buffer'];
const PURE_LIBRARIES = ['zod'];

const TEST_FILE = '\\.test\\.ts$';
const PACKAGE_FILE = '^(packages|services)/([^/]+)/';
const alternatives = (/** @type {string[]} */ names) => (names.length === 0 ? '(?!)' : `(${names.join('|')})`);

const layers = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
  name: `layer-${folder.split('/')[1]}`,
  comment: `${folder} may import ${allowed.length === 0 ? 'no package of this project' : allowed.join(', ')} only.`,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: TEST_FILE },
  to: { path: '^(packages|services)/', pathNot: `^(${folder}|(packages|services)/${alternatives(allowed)})/` },
}));

export default {
  forbidden: [
    ...layers,
    {
      name: 'layer-unlisted',
      comment: 'A package that the layer order does not name may import no other; add it to MAY_IMPORT.',
      severity: 'error',
      from: {
        path: PACKAGE_FILE,
        pathNot: [`^${alternatives([...Object.keys(MAY_IMPORT), 'packages/testkit'])}/`, TEST_FILE],
      },
      to: { path: '^(packages|services)/', pathNot: '^$1/$2/' },
    },
    {
      name: 'testkit-in-tests-only',
      comment: 'The testkit is for tests.',
      severity: 'error',
      from: { pathNot: ['^tests/', '^packages/testkit/', TEST_FILE] },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'no-service-imports',
      comment: 'A service is imported by standalone, the testkit and tests only.',
      severity: 'error',
      from: { path: PACKAGE_FILE, pathNot: ['^packages/testkit/', '^services/standalone/'] },
      to: { path: '^services/', pathNot: '^$1/$2/' },
    },
    {
      name: 'face-only',
      comment: 'Another package is imported by its name and through its "." only.',
      severity: 'error',
      from: { path: PACKAGE_FILE },
      to: { path: '^(packages|services)/[^/]+/', pathNot: ['^$1/$2/', '^(packages|services)/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'face-only-from-outside',
      comment: 'A package is imported by its name and through its "." only.',
      severity: 'error',
      from: { path: '^(tests|infra)/' },
      to: { path: '^(packages|services)/[^/]+/', pathNot: '^(packages|services)/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'no-relative-path-to-another-package',
      comment: 'Across packages the name is used, not a path.',
      severity: 'error',
      from: { path: PACKAGE_FILE },
      to: { path: '^(packages|services)/', pathNot: '^$1/$2/', dependencyTypes: ['local'] },
    },
    {
      name: 'no-unresolvable',
      comment: 'The import leads nowhere: not declared, not there, or past the exports of its package.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-cycles',
      comment: 'Imports must not go in a circle.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-tests-in-source',
      comment: 'Source must not import a test.',
      severity: 'error',
      from: { pathNot: ['^tests/', '^infra/checks/', TEST_FILE] },
      to: { path: ['^tests/', TEST_FILE] },
    },
    {
      name: 'pure-packages-no-builtins',
      comment: `Pure packages take clock, randomness and I/O as arguments; of Node they import ${PURE_BUILTINS.join(' and ')} only.`,
      severity: 'error',
      from: { path: `^packages/${alternatives(PURE)}/`, pathNot: TEST_FILE },
      to: { dependencyTypes: ['core'], pathNot: `^(node:)?${alternatives(PURE_BUILTINS)}$` },
    },
    {
      name: 'pure-packages-no-libraries',
      comment: `Pure packages import no outside library but ${PURE_LIBRARIES.join(', ')}.`,
      severity: 'error',
      from: { path: `^packages/${alternatives(PURE)}/`, pathNot: TEST_FILE },
      to: { path: 'node_modules/', pathNot: `node_modules/${alternatives(PURE_LIBRARIES)}/` },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    // Type-only imports count: they are how layers begin to leak.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json', '.d.ts'],
    },
    builtInModules: { add: ['node:sqlite', 'node:test'] },
  },
};
