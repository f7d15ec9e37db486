const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
const COLOURS: Readonly<Record<string, string>> = { warn: '\u001b[33m', error: '\u001b[31m', fatal: '\u001b[31m' };
const DIM = '\u001b[2m';
const PLAIN = '\u001b[0m';

/** What came from outside must not move the cursor, colour the screen or begin a line that looks like one of ours. */
const printable = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    JSON.stringify(character)
      .slice(1, -1)
      .replace(/^[^\\]$/, (raw) => `\\u${raw.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );

const valueText = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return printable(/^[^\s"=]+$/.test(text) ? text : JSON.stringify(text));
};

const stackLines = (error: unknown, depth = 0): string => {
  if (typeof error !== 'object' || error === null || depth > 4) return '';
  const { stack, message, cause } = error as Readonly<Record<string, unknown>>;
  const text = typeof stack === 'string' ? stack : typeof message === 'string' ? message : '';
  const lines = text.split('\n').filter((line) => line !== '');
  const own = lines.map((line, i) => `\n    ${i === 0 && depth > 0 ? 'caused by ' : ''}${printable(line)}`);
  return own.join('') + stackLines(cause, depth + 1);
};

/** One log record as a line for a terminal: time of day, level, who, message, the rest as name=value. */
export const logLine = (
  record: Readonly<Record<string, unknown>>,
  { colour }: { readonly colour: boolean },
): string => {
  const { level, time, name, msg, err, pid: _pid, hostname: _hostname, ...rest } = record;
  const word = LEVELS[Number(level)] ?? String(level);
  const clock = new Date(Number(time)).toTimeString().slice(0, 8);
  const tint = colour ? COLOURS[word] : undefined;
  const fields = Object.entries(rest)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${printable(key)}=${valueText(value)}`);
  const parts = [
    colour ? `${DIM}${clock}${PLAIN}` : clock,
    tint === undefined ? word.padEnd(5) : `${tint}${word.padEnd(5)}${PLAIN}`,
    ...(typeof name === 'string' ? [printable(name)] : []),
    printable(typeof msg === 'string' ? msg : ''),
    ...fields,
  ];
  return `${parts.join(' ')}${stackLines(err)}\n`;
};
