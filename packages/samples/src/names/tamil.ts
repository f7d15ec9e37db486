import type { PersonName } from '@eads/protocol';
import type { Random } from '../random.ts';
import { addName, connector, given, type NameWish, nameOf, patronymic } from './name.ts';

/** Tamil names: a given name and the father's, joined by a/l or a/p in Malaysia, s/o or d/o in Singapore. No surname. */
type Row = readonly [latin: string, tamil: string, ...variants: string[]];

const MEN: readonly Row[] = [
  ['Arumugam', 'ஆறுமுகம்', 'Arumugham'],
  ['Balakrishnan', 'பாலகிருஷ்ணன்', 'Balakrisnan'],
  ['Chandran', 'சந்திரன்', 'Chandiran'],
  ['Dinesh', 'தினேஷ்', 'Thinesh'],
  ['Ganesan', 'கணேசன்', 'Kanesan'],
  ['Gopal', 'கோபால்', 'Kopal'],
  ['Karthik', 'கார்த்திக்', 'Kartik'],
  ['Krishnan', 'கிருஷ்ணன்', 'Kirisnan'],
  ['Kumaran', 'குமரன்'],
  ['Letchumanan', 'லட்சுமணன்', 'Lakshmanan'],
  ['Maniam', 'மணியம்', 'Maniyam'],
  ['Murugan', 'முருகன்', 'Muruggan'],
  ['Muthusamy', 'முத்துசாமி', 'Muthusami'],
  ['Nadarajan', 'நடராஜன்', 'Natarajan'],
  ['Palani', 'பழனி', 'Pazhani'],
  ['Perumal', 'பெருமாள்'],
  ['Prakash', 'பிரகாஷ்', 'Pragash'],
  ['Rajendran', 'ராஜேந்திரன்', 'Rajandran'],
  ['Ramesh', 'ரமேஷ்', 'Rames'],
  ['Saravanan', 'சரவணன்', 'Saravannan'],
  ['Selvam', 'செல்வம்'],
  ['Sivakumar', 'சிவகுமார்', 'Sivakumaar'],
  ['Subramaniam', 'சுப்பிரமணியம்', 'Supramaniam'],
  ['Suresh', 'சுரேஷ்', 'Sures'],
  ['Vijayan', 'விஜயன்', 'Vijaian'],
];

const WOMEN: readonly Row[] = [
  ['Anjali', 'அஞ்சலி', 'Anjalai'],
  ['Devi', 'தேவி'],
  ['Kalaivani', 'கலைவாணி', 'Kalaivaani'],
  ['Kavitha', 'கவிதா', 'Kavita'],
  ['Letchumi', 'லட்சுமி', 'Lakshmi'],
  ['Malar', 'மலர்'],
  ['Meenakshi', 'மீனாட்சி', 'Minatchi'],
  ['Parvathi', 'பார்வதி', 'Parvathy'],
  ['Priya', 'பிரியா', 'Piriya'],
  ['Pushpa', 'புஷ்பா', 'Puspa'],
  ['Rajeswari', 'ராஜேஸ்வரி', 'Rajeswary'],
  ['Saraswathy', 'சரஸ்வதி', 'Saraswati'],
  ['Shanti', 'சாந்தி', 'Santhi'],
  ['Sumathi', 'சுமதி', 'Sumathy'],
  ['Vasanthi', 'வசந்தி', 'Wasanthi'],
];

/** "Father's name" in Tamil documents, for sons and daughters alike. */
const TAMIL_CONNECTOR = 'த/பெ';

/** A person's names, with the connector that the country writes. */
export function tamilNames(random: Random, { sex }: NameWish, between: string): PersonName[] {
  const own = random.pick(sex === 'male' ? MEN : WOMEN);
  const father = random.pick(MEN.filter((row) => row !== own));
  const names = [
    nameOf('main', 'Latn', [given(own[0]), connector(between), patronymic(father[0])]),
    nameOf('main', 'Taml', [given(own[1]), connector(TAMIL_CONNECTOR), patronymic(father[1])]),
  ];
  if (random.chance(0.3)) {
    const parts = [given(own[2] ?? own[0]), connector(between), patronymic(father[2] ?? father[0])];
    addName(names, nameOf('alias', 'Latn', parts));
  }
  return names;
}
