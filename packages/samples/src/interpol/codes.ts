/** Codes of colours that INTERPOL's public notices use. The set is open: another code may come any day. */
type Codes = Readonly<Record<string, string>>;

const EYES: Codes = {
  BLA: 'black',
  BLU: 'blue',
  BLUL: 'light blue',
  BRO: 'brown',
  BROD: 'dark brown',
  BROH: 'hazel',
  BROL: 'light brown',
  GRE: 'green',
  GRY: 'grey',
  OTHC: 'of two colours',
  OTHD: 'dark',
  OTHL: 'light',
};

const HAIR: Codes = {
  BLA: 'black',
  BRO: 'brown',
  BROF: 'fair',
  GRY: 'grey',
  GRYG: 'greying',
  HAIB: 'bald',
  HAID: 'dyed',
  OTHD: 'dark',
  RED: 'red',
  REDA: 'auburn',
  WHI: 'white',
  YELB: 'blond',
};

export const COLOURS = { eyes: EYES, hair: HAIR } as const;
export type ColourOf = keyof typeof COLOURS;

/** The word for a code; undefined for one that is not known. */
export const wordOf = (of: ColourOf, code: string): string | undefined =>
  Object.hasOwn(COLOURS[of], code) ? COLOURS[of][code] : undefined;

/** The code for a word, or the text itself if it looks like a code; undefined for a word that has none. */
export function codeOf(of: ColourOf, word: string): string | undefined {
  const known = Object.entries(COLOURS[of]).find(([, text]) => text === word);
  return known?.[0] ?? (/^[A-Z]{3,5}$/.test(word) ? word : undefined);
}

export const SEX = { M: 'male', F: 'female', U: 'unknown' } as const;
