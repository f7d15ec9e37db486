import type { DrawnPortrait } from '@eads/protocol';
import type { Head } from './head.ts';

const shape = (path: string, { hair, hairLine }: Head): string =>
  `<path d="${path}" fill="${hair}" stroke="${hairLine}" stroke-width="2" stroke-linejoin="round"/>`;

const SCARF = '#5f7f8c';
const SCARF_LINE = '#34484f';

/**
 * 0 bald, 1 cropped, 2 side parting, 3 brushed up, 4 fringe, 5 long, 6 to the chin, 7 tied up, 8 headscarf, 9 curly.
 * What hangs down behind the head.
 */
export function hairBehind({ hair }: DrawnPortrait, head: Head): string {
  switch (hair) {
    case 5:
      return shape(
        'M46 100C40 24 160 24 154 100C156 140 160 176 166 206L132 212H68L34 206C40 176 44 140 46 100Z',
        head,
      );
    case 6:
      return shape(
        'M44 100C38 26 162 26 156 100C158 130 158 150 154 168L128 176H72L46 168C42 150 42 130 44 100Z',
        head,
      );
    case 7:
      return `<circle cx="100" cy="34" r="19" fill="${head.hair}" stroke="${head.hairLine}" stroke-width="2"/>`;
    case 8:
      return `<path d="M40 110C34 22 166 22 160 110C164 160 172 196 178 226L100 236L22 226C28 196 36 160 40 110Z" fill="${SCARF}" stroke="${SCARF_LINE}" stroke-width="2"/>`;
    default:
      return '';
  }
}

/** A rim of curls, and over them a cap of one colour, so that no forehead shows between. */
const curls = (head: Head): string => {
  const rim = [
    [52, 92, 10],
    [51, 76, 12],
    [58, 60, 13],
    [71, 49, 13],
    [86, 42, 13],
    [101, 40, 13],
    [116, 43, 13],
    [130, 50, 13],
    [142, 61, 13],
    [149, 76, 12],
    [148, 92, 10],
  ].map(
    ([x, y, r]) =>
      `<circle cx="${x}" cy="${y}" r="${r}" fill="${head.hair}" stroke="${head.hairLine}" stroke-width="1.6"/>`,
  );
  const cap = `<path d="M56 98C46 26 154 26 144 98C142 82 136 80 130 76Q122 84 114 75Q106 83 98 75Q90 84 82 75Q74 83 68 77C62 82 58 86 56 98Z" fill="${head.hair}"/>`;
  return rim.join('') + cap;
};

/** What lies on the head and over the brow. */
export function hairInFront({ hair }: DrawnPortrait, head: Head): string {
  switch (hair) {
    case 0:
      return `<path d="M52 104Q48 92 53 84M148 104Q152 92 147 84" fill="none" stroke="${head.hair}" stroke-width="5" stroke-linecap="round"/><path d="M82 60Q96 54 108 58" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" opacity=".35"/>`;
    case 1:
      return shape('M51 102C46 34 154 34 149 102L143 90C140 70 124 68 100 68S60 70 57 90Z', head);
    case 2:
      return shape(
        'M50 104C42 36 152 26 151 104L144 92C142 78 138 72 130 68C108 78 84 78 72 62C62 72 58 82 57 94Z',
        head,
      );
    case 3:
      return shape(
        'M51 100C48 76 54 62 62 56L66 40L78 47L88 32L98 44L112 31L118 45L132 38L136 54C146 62 152 76 149 100L143 86C136 72 124 70 100 70S64 72 57 86Z',
        head,
      );
    case 4:
      return shape('M49 110C40 32 160 32 151 110L146 92L132 86L116 91L100 86L84 91L68 86L54 92Z', head);
    case 5:
      return shape(
        'M47 116C36 30 100 36 100 54C100 36 164 30 153 116C152 96 146 80 124 66C112 62 106 60 100 58C94 60 88 62 76 66C54 80 48 96 47 116Z',
        head,
      );
    case 6:
      return shape('M45 120C36 28 164 28 155 120C152 96 146 84 138 78C118 84 88 82 74 66C60 76 50 92 45 120Z', head);
    case 7:
      return shape('M50 102C46 34 154 34 150 102C146 80 126 62 100 62S54 80 50 102Z', head);
    case 8:
      return `<path fill-rule="evenodd" d="M40 112C32 20 168 20 160 112C160 160 140 196 100 204C60 196 40 160 40 112ZM59 104C58 138 76 168 100 168S142 138 141 104C140 72 124 64 100 64S60 72 59 104Z" fill="${SCARF}" stroke="${SCARF_LINE}" stroke-width="2"/><path d="M70 188Q104 214 146 196" fill="none" stroke="${SCARF_LINE}" stroke-width="2" opacity=".6"/>`;
    default:
      return curls(head);
  }
}
