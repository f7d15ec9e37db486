import { addName, family, given, type NameMaker, nameOf, nickname } from './name.ts';

/** Khmer script, usual Latin spelling, and another that is met. */
type Row = readonly [khmer: string, latin: string, variant?: string];

const FAMILIES: readonly Row[] = [
  ['កែវ', 'Keo', 'Kev'],
  ['គង់', 'Kong'],
  ['គឹម', 'Kim', 'Kem'],
  ['ចាន់', 'Chan', 'Chann'],
  ['ជា', 'Chea'],
  ['ឆាយ', 'Chhay', 'Chhai'],
  ['ញ៉ែម', 'Nhem', 'Nhaem'],
  ['ទូច', 'Touch', 'Tuch'],
  ['ទេព', 'Tep', 'Tepp'],
  ['នួន', 'Nuon', 'Noun'],
  ['ប្រាក់', 'Prak', 'Brak'],
  ['ប៉ែន', 'Pen', 'Paen'],
  ['ផាន', 'Phan', 'Phann'],
  ['ពេជ្រ', 'Pich', 'Pech'],
  ['មាស', 'Meas', 'Mias'],
  ['ម៉ៅ', 'Mao', 'Mau'],
  ['យឹម', 'Yim', 'Yem'],
  ['រស់', 'Ros', 'Rous'],
  ['លី', 'Ly', 'Li'],
  ['ឡុង', 'Long', 'Lung'],
  ['វង្ស', 'Vong', 'Vongs'],
  ['សាន', 'San', 'Sann'],
  ['សុខ', 'Sok', 'Sokh'],
  ['សេង', 'Seng'],
  ['សោម', 'Saom', 'Som'],
  ['ហេង', 'Heng'],
  ['អ៊ុក', 'Ouk', 'Uk'],
  ['អ៊ុំ', 'Um', 'Oum'],
];

const MEN: readonly Row[] = [
  ['កុសល', 'Kosal', 'Koasal'],
  ['ចម្រើន', 'Chamroeun', 'Chamreun'],
  ['ដារា', 'Dara'],
  ['ណារិទ្ធ', 'Narith', 'Naret'],
  ['ពិសិដ្ឋ', 'Piseth', 'Pisit'],
  ['មករា', 'Makara', 'Meakara'],
  ['រតនា', 'Ratana', 'Rattana'],
  ['រិទ្ធី', 'Rithy', 'Rithi'],
  ['វាសនា', 'Veasna', 'Veassna'],
  ['វិសាល', 'Visal', 'Vissal'],
  ['វុទ្ធី', 'Vuthy', 'Vutthy'],
  ['សម្បត្តិ', 'Sambath', 'Sombath'],
  ['សំណាង', 'Samnang', 'Somnang'],
  ['សុខា', 'Sokha', 'Sokkha'],
  ['សុជាតិ', 'Socheat', 'Sochiet'],
  ['សុផល', 'Sophal', 'Sophol'],
  ['សុភ័ក្រ', 'Sopheak', 'Sophek'],
  ['សុវណ្ណ', 'Sovann', 'Suvann'],
];

const WOMEN: readonly Row[] = [
  ['កល្យាណ', 'Kalyan', 'Kallyan'],
  ['គន្ធា', 'Kunthea', 'Kunthear'],
  ['ចាន់ធី', 'Chanthy', 'Chanthi'],
  ['ចិន្តា', 'Chenda', 'Chinda'],
  ['ដាលីន', 'Dalin', 'Daline'],
  ['ណារី', 'Nary', 'Nari'],
  ['ធីតា', 'Thida', 'Theeda'],
  ['បុប្ផា', 'Bopha', 'Bophar'],
  ['ពិសី', 'Pisey', 'Pisei'],
  ['ម៉ាលី', 'Maly', 'Mali'],
  ['រចនា', 'Rachana', 'Rochana'],
  ['លក្ខិណា', 'Leakhena', 'Leakena'],
  ['វណ្ណា', 'Vanna', 'Vannah'],
  ['ស្រីនាង', 'Sreyneang', 'Srey Neang'],
  ['ស្រីពៅ', 'Sreypov', 'Srey Pov'],
  ['ស្រីមុំ', 'Sreymom', 'Srey Mom'],
  ['សុធារី', 'Sotheary', 'Sothary'],
  ['សុភា', 'Sophea', 'Sopha'],
];

const NICKNAMES: readonly (readonly [khmer: string, latin: string])[] = [
  ['ខ្មៅ', 'Khmao'],
  ['តូច', 'Toch'],
  ['ធំ', 'Thom'],
  ['ពៅ', 'Pov'],
  ['មុំ', 'Mom'],
];

/** Cambodia: family name first, then the given one; in Khmer and in one Latin spelling of several. */
export const cambodianNames: NameMaker = (random, { sex }) => {
  const surname = random.pick(FAMILIES);
  const name = random.pick(sex === 'male' ? MEN : WOMEN);
  const names = [
    nameOf('main', 'Latn', [family(surname[1]), given(name[1])]),
    nameOf('main', 'Khmr', [family(surname[0]), given(name[0])]),
  ];
  if (random.chance(0.3)) {
    const parts = [family(surname[2] ?? surname[1]), given(name[2] ?? name[1])];
    addName(names, nameOf('alias', 'Latn', parts));
  } else if (random.chance(0.15)) {
    addName(names, nameOf('alias', 'Latn', [given(name[1]), family(surname[1])]));
  }
  if (random.chance(0.1)) {
    const [khmer, latin] = random.pick(NICKNAMES);
    addName(names, nickname(latin));
    names.push(nickname(khmer, 'Khmr'));
  }
  return names;
};
