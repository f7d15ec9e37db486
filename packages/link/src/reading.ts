/** What a zod schema's `safeParse` gives, as far as it is used. */
type Parsed<Frame> =
  | { readonly success: true; readonly data: Frame }
  | {
      readonly success: false;
      readonly error: {
        readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
      };
    };

export type Parse<Frame> = (value: unknown) => Parsed<Frame>;

export type Reading<Frame> =
  | { readonly ok: true; readonly frame: Frame }
  | { readonly ok: false; readonly problem: string };

const NOT_PLAIN = /[^\n\t\P{Cc}]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;

/** Text that may stand in an `error` frame: without control and direction-override characters, at most 500 characters. */
export const plain = (text: string): string => text.replace(NOT_PLAIN, ' ').slice(0, 480).toWellFormed();

/** One text frame, parsed and checked; or what is wrong with it, for the other end to read. */
export const readFrame = <Frame>(bytes: Buffer, parse: Parse<Frame>): Reading<Frame> => {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return { ok: false, problem: 'The frame is not JSON.' };
  }
  const parsed = parse(value);
  if (parsed.success) return { ok: true, frame: parsed.data };
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? 'the frame' : issue.path.map(String).join('.');
  return { ok: false, problem: plain(`At ${where}: ${issue?.message ?? 'not as the schema has it'}`) };
};
