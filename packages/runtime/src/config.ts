import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { PersonError } from './person-error.ts';

/** One environment variable: its name, form, meaning, and what stands where it is not set. */
export interface Variable<T> {
  readonly env: string;
  /** `a whole number from 0 to 65535`. */
  readonly form: string;
  /** What it is for, in one sentence. */
  readonly says: string;
  /** Left out: it must be set. Null: it may be left out and there is no value then. */
  readonly fallback?: T;
  /** Its value appears in no message. */
  readonly secret: boolean;
  /** The value, or undefined where the text is not of the form. */
  readonly parse: (text: string, folder: string) => T | undefined;
}

export type ConfigSchema = Readonly<Record<string, Variable<unknown>>>;
export type ConfigOf<Schema extends ConfigSchema> = {
  readonly [Key in keyof Schema]: Schema[Key] extends Variable<infer T> ? T : never;
};

interface Common<F> {
  readonly env: string;
  readonly says: string;
  readonly fallback?: F;
  readonly secret?: boolean;
}

const variable = <T, F>(
  { env, says, fallback, secret = false }: Common<F>,
  form: string,
  parse: (text: string, folder: string) => T | undefined,
): Variable<T | F> => ({ env, form, says, secret, parse, ...(fallback === undefined ? {} : { fallback }) });

/** Decimal digits only: no `8e3`, no `0x1f`. `unit` stands in the form: `ms`. */
export const integerSetting = <F extends number | null = number>(
  options: Common<F> & { readonly min?: number; readonly max?: number; readonly unit?: string },
): Variable<number | F> => {
  const { min = 0, max = Number.MAX_SAFE_INTEGER, unit } = options;
  const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  return variable(options, `a whole number ${range}${unit === undefined ? '' : ` (${unit})`}`, (text) => {
    const value = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  });
};

const SWITCH: ReadonlyMap<string, boolean> = new Map([
  ...['on', 'true', 'yes', '1'].map((word) => [word, true] as const),
  ...['off', 'false', 'no', '0'].map((word) => [word, false] as const),
]);

export const onOffSetting = <F extends boolean | null = boolean>(options: Common<F>): Variable<boolean | F> =>
  variable(options, 'on or off', (text) => SWITCH.get(text.toLowerCase()));

/** One of a closed list of words. */
export const choiceSetting = <const Words extends readonly string[], F extends Words[number] | null = Words[number]>(
  options: Common<F> & { readonly words: Words },
): Variable<Words[number] | F> =>
  variable(options, `one of ${options.words.join(', ')}`, (text) =>
    options.words.includes(text) ? (text as Words[number]) : undefined,
  );

/** An address with one of the given schemes, like `postgres`. Its password appears in no message. */
export const urlSetting = <F extends string | null = string>(
  options: Common<F> & { readonly schemes: readonly string[] },
): Variable<string | F> =>
  variable(
    { secret: true, ...options },
    `an address that begins with ${options.schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    (text) => {
      const address = URL.canParse(text) ? new URL(text) : undefined;
      return address && options.schemes.includes(address.protocol.slice(0, -1)) ? text : undefined;
    },
  );

/** A file or folder. Relative ones start from the folder that is given to `readConfig`; the value is absolute. */
export const pathSetting = <F extends string | null = string>(options: Common<F>): Variable<string | F> => {
  const parse = (text: string, folder: string): string | undefined =>
    text.includes('\0') || text.startsWith('~') ? undefined : resolve(folder, text);
  return variable<string, F>(options, 'a path, written out (no ~)', parse);
};

const HOST_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

/** An IP address or a host name, without port. */
export const hostSetting = <F extends string | null = string>(options: Common<F>): Variable<string | F> =>
  variable(options, 'an IP address or a host name, without a port', (text) =>
    isIP(text) !== 0 || (HOST_NAME.test(text) && !/^[\d.]+$/.test(text)) ? text : undefined,
  );

/** Plain text on one line. */
export const textSetting = <F extends string | null = string>(
  options: Common<F> & { readonly pattern?: RegExp; readonly form?: string },
): Variable<string | F> =>
  variable(options, options.form ?? 'a text', (value) =>
    /\p{Cc}/u.test(value) || options.pattern?.test(value) === false ? undefined : value,
  );

const LONGEST_SHOWN = 60;

const fallbackText = ({ fallback }: Variable<unknown>): string => {
  if (typeof fallback === 'boolean') return fallback ? 'on' : 'off';
  return String(fallback);
};

const complaint = (one: Variable<unknown>, given: string | undefined): string => {
  const mend =
    one.fallback === undefined
      ? 'Set it.'
      : `Mend it, or leave it out${one.fallback === null ? '' : ` for ${fallbackText(one)}`}.`;
  if (given === undefined) return `${one.env} is not set. It takes ${one.form}. ${mend}`;
  const shown = given.length > LONGEST_SHOWN ? `${given.slice(0, LONGEST_SHOWN)}…` : given;
  const value = one.secret ? 'has a value that cannot be used' : `is ${JSON.stringify(shown)}`;
  return `${one.env} ${value}. It takes ${one.form}. ${mend}`;
};

/**
 * Reads all variables of a schema out of an environment, once, into a frozen object. An empty value counts as not set.
 * Throws one `PersonError` (exit code 2) that names every variable that cannot be used, its form and how to mend it.
 */
export const readConfig = <Schema extends ConfigSchema>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): ConfigOf<Schema> => {
  const complaints: string[] = [];
  const values = Object.entries(schema).map(([key, one]) => {
    const given = env[one.env]?.trim();
    const isSet = given !== undefined && given !== '';
    const written = isSet ? given : typeof one.fallback === 'string' ? one.fallback : undefined;
    const value = written === undefined ? one.fallback : one.parse(written, folder);
    if (value === undefined) complaints.push(complaint(one, isSet ? given : undefined));
    return [key, value];
  });
  if (complaints.length > 0) {
    throw new PersonError({
      what:
        complaints.length === 1
          ? String(complaints[0])
          : `Settings that cannot be used:\n  ${complaints.join('\n  ')}\n`,
      remedy: 'Settings are environment variables; the README lists them',
      exitCode: 2,
    });
  }
  return Object.freeze(Object.fromEntries(values)) as ConfigOf<Schema>;
};

export interface VariableRow {
  readonly env: string;
  readonly form: string;
  /** As it would be written; null where there is none; undefined where it must be set. */
  readonly fallback: string | null | undefined;
  readonly says: string;
}

/** The variables of a schema, for a table. */
export const listVariables = (schema: ConfigSchema): VariableRow[] =>
  Object.values(schema).map((one) => ({
    env: one.env,
    form: one.form,
    fallback:
      one.fallback === undefined || one.fallback === null ? (one.fallback as null | undefined) : fallbackText(one),
    says: one.says,
  }));

/** Names with this prefix that are set but known to no schema: most often misspelt. */
export const strayVariables = (
  schemas: readonly ConfigSchema[],
  env: Readonly<Record<string, string | undefined>>,
  prefix: string,
): string[] => {
  const known = new Set(schemas.flatMap((schema) => Object.values(schema).map((one) => one.env)));
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !known.has(name))
    .toSorted();
};
