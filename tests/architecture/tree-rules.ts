import { basename, dirname } from 'node:path';

/** A file of the repository: path from its root with forward slashes, and text. */
export type SourceFile = { path: string; text: string };
/** What breaks a rule, as `path` or `path:line`. */
export type Finding = string;
export type TreeRule = { name: string; find: (files: SourceFile[]) => Finding[] };

const SOURCE_LINES = 400;
const TEST_LINES = 800;
const PURE_PACKAGES = ['protocol', 'ledger', 'policy'];

const IMPURE_CALL =
  /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bcrypto\.(random|getRandom)|\bperformance\.now\b|\bprocess\.|\bset(Timeout|Interval|Immediate)\(|\bfetch\(|\bconsole\./;

const isCode = ({ path }: SourceFile) => /\.(ts|tsx|mjs|js)$/.test(path);
const isTest = ({ path }: SourceFile) => path.startsWith('tests/') || /\.test\.tsx?$/.test(path);
const isData = ({ path }: SourceFile) => /^tests\/(fixtures|vectors)\/.*(?<!\.ts)$/.test(path);
const isPure = ({ path }: SourceFile) => PURE_PACKAGES.some((name) => path.startsWith(`packages/${name}/src/`));
/** Settings of tools, whose form the tool decides. */
const isSetting = ({ path }: SourceFile) => /(^|\/)([\w-]+\.config\.ts|\.dependency-cruiser\.mjs)$/.test(path);
const packageFolder = ({ path }: SourceFile) => /^(packages|services)\/[^/]+(?=\/)/.exec(path)?.[0];

const linesThatMatch = (pattern: RegExp, where: (file: SourceFile) => boolean) => (files: SourceFile[]) =>
  files
    .filter(where)
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
    );

/** What no tool checks. Written so that no rule breaks itself or another in this file. */
export const treeRules: TreeRule[] = [
  {
    name: `source files have at most ${SOURCE_LINES} lines, tests ${TEST_LINES}`,
    find: (files) =>
      files
        .filter((file) => isCode(file) || file.path.endsWith('.css'))
        .filter((file) => file.text.split('\n').length - 1 > (isTest(file) ? TEST_LINES : SOURCE_LINES))
        .map(({ path }) => path),
  },
  {
    name: 'file and folder names are kebab-case',
    find: (files) =>
      files
        .filter((file) => /^(packages|services|tests|infra)\//.test(file.path) && !isData(file))
        .filter(({ path }) => path.split('/').some((part) => !isKebab(part)))
        .map(({ path }) => path),
  },
  {
    name: 'every package and service says in a README what it is for',
    find: (files) => {
      const readmes = files.filter(({ path, text }) => basename(path) === 'README.md' && text.trim().length > 80);
      const described = new Set(readmes.map(({ path }) => dirname(path)));
      const all = new Set(files.flatMap((file) => packageFolder(file) ?? []));
      return [...all].filter((folder) => !described.has(folder));
    },
  },
  {
    name: 'the face of a package is its one barrel',
    find: (files) =>
      files
        .filter((file) => isCode(file) && !/^(packages|services)\/[^/]+\/src\/index\.ts$/.test(file.path))
        .filter((file) => /^index\.\w+$/.test(basename(file.path)) || isBarrel(file.text))
        .map(({ path }) => path),
  },
  {
    name: 'a package is reached through its face only',
    find: (files) =>
      files
        .filter(({ path }) => /^(packages|services)\/[^/]+\/package\.json$/.test(path))
        .filter(({ path, text }) => {
          const manifest = JSON.parse(text);
          const named = manifest.name === `@eads/${basename(dirname(path))}`;
          return !named || JSON.stringify(manifest.exports) !== '{".":"./src/index.ts"}' || manifest.private !== true;
        })
        .map(({ path }) => path),
  },
  {
    name: 'versions of libraries stand in the catalog',
    find: (files) =>
      files
        .filter(({ path }) => /^((packages|services)\/[^/]+\/)?package\.json$/.test(path))
        .flatMap(({ path, text }) => {
          const { dependencies, devDependencies, optionalDependencies } = JSON.parse(text);
          return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
            .filter(([, version]) => version !== 'catalog:' && version !== 'workspace:*')
            .map(([name]) => `${path} ${name}`);
        }),
  },
  {
    name: 'exports have names',
    find: linesThatMatch(/^\s*export default\b|\bas default\b/, (file) => isCode(file) && !isSetting(file)),
  },
  {
    name: 'no test is switched off or singled out',
    find: linesThatMatch(
      /\b(it|test|describe)(\.\w+)*\.(skip|only|todo|fails)\b|\b(xit|xdescribe|fit|fdescribe)\(/,
      (file) => isCode(file) && isTest(file),
    ),
  },
  {
    name: 'no type is switched off',
    find: linesThatMatch(/@ts-(ignore|nocheck)/, isCode),
  },
  {
    name: 'no lint rule is switched off without a reason',
    find: linesThatMatch(/biome-ignore[^:]*:\s*$|biome-ignore[^:]*$|(ox|es)lint-disable(?!.*--)/, isCode),
  },
  {
    name: 'no module of the project is mocked',
    find: linesThatMatch(/\bvi\.(mock|doMock)\(/, isCode),
  },
  {
    name: 'nothing is left for later',
    find: linesThatMatch(/\b(TO[D]O|FIX[M]E|XX[X])\b/, (file) => isCode(file) || file.path.endsWith('.md')),
  },
  {
    name: 'no path of one machine, no host of a package registry',
    find: linesThatMatch(
      /(?<![\w.$}~-])\/(work|root|opt|Users|home\/\w+)\/|\bregistry\.(npmjs|yarnpkg|npmmirror)\b/,
      (file) => !/\.(png|ttf|woff2?|pdf|ico)$/.test(file.path),
    ),
  },
  {
    name: 'pure packages take clock, randomness and surroundings as arguments',
    find: (files) => {
      const pure = files.filter((file) => isPure(file) && isCode(file) && !isTest(file));
      const importsRandomness =
        /import\s*(type\s*)?\{[^}]*\b(random\w+|getRandomValues|webcrypto)\b[^}]*\}\s*from 'node:crypto'/;
      return [
        ...linesThatMatch(IMPURE_CALL, isCode)(pure),
        ...pure.filter(({ text }) => importsRandomness.test(text)).map(({ path }) => path),
      ];
    },
  },
];

function isKebab(name: string): boolean {
  if (/^\.[a-z0-9.-]+$/.test(name) || /^(README\.md|LICENSE|Dockerfile)$/.test(name)) return true;
  return /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/.test(name);
}

/** A file that only passes on what other files export. */
function isBarrel(text: string): boolean {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const rest = code.replace(/\bexport\s+(type\s+)?(\*(\s+as\s+\w+)?|\{[^}]*\})\s+from\s+(['"])[^'"]*\4;?/g, '');
  return rest.trim() === '' && code.trim() !== '';
}
