import type { Notice } from '@eads/protocol';
import type { Random } from './random.ts';

type Method = Extract<Notice['subject'], { type: 'method' }>;

interface Known {
  title: string;
  steps: readonly string[];
  indicators: readonly string[];
}

const KNOWN: readonly Known[] = [
  {
    title: 'Recruitment for scam compounds through job groups',
    steps: [
      'Offers for well-paid office work abroad appear in groups for students and drivers. Interviews are held by video, with the camera off on the other side.',
      'Tickets are sent at once. At the airport the traveller is met by a driver who collects passport and telephone "for registration".',
      'The journey goes on by car and boat to a guarded site. The wage promised is offset against travel costs and fines.',
    ],
    indicators: [
      'One-way ticket bought the day before by somebody else',
      'Traveller knows the job but not the employer or the address',
      'Several travellers with the same story and the same folder of papers',
      'A contact who insists on being reached by chat only',
    ],
  },
  {
    title: 'Mule accounts opened with borrowed faces',
    steps: [
      'People in need are paid to hold up their identity card before a camera. The recording is used to open accounts in their name at several banks.',
      'Transfers arrive within minutes, are split and leave for virtual assets.',
      'The holder keeps the card of one bank as payment and learns of the others from the police.',
    ],
    indicators: [
      'Accounts opened within an hour of one another on the same device',
      'First transfer within a day, close to the daily limit',
      'Holder cannot say what the account is for',
    ],
  },
  {
    title: 'Methamphetamine in tea packets under fish and ice',
    steps: [
      'Vessels take over sacks at sea from a mother ship that keeps its transponder off.',
      'The sacks lie under ice with the catch and are landed in small harbours before dawn.',
      'Cars of the same make wait with the rear seats taken out.',
    ],
    indicators: [
      'Gap of many hours in the track of the vessel',
      'Ice bought for a catch that is too small',
      'New engines on an old hull',
    ],
  },
  {
    title: 'Boarding of barges under tow at night',
    steps: [
      'Small boats approach without lights from the quarter where the radar of the tug is blind.',
      'Five to seven men climb the last barge, throw scrap metal or cable into the water or their boats and leave within the hour.',
      'A second boat stays near the tug and answers on the radio as a fisherman.',
    ],
    indicators: [
      'Boats without lights that keep the same course astern',
      'Calls on the working channel asking for the number of crew',
      'Moonless night and slow current',
    ],
  },
  {
    title: 'Look-alike travel on genuine passports',
    steps: [
      'Passports reported lost later are rented out together with a boarding pass in the same name.',
      'The traveller is chosen to look like the photograph and coached for two days.',
      'After the journey the passport goes back by courier and is used again.',
    ],
    indicators: [
      'Signature that is drawn slowly',
      'Stamps for journeys that the traveller cannot describe',
      'Group of travellers who do not look at one another',
    ],
  },
  {
    title: 'Stolen pick-up trucks moved under copied papers',
    steps: [
      'A truck of the same make and colour is looked for in another province and its plate and papers are copied.',
      'The stolen one crosses the border with the copies while the real one stays at home.',
      'In the second country chassis numbers are ground off and stamped anew.',
    ],
    indicators: [
      'Two crossings of one plate that cannot both be true',
      'New plate on old screws',
      'Driver without the key for the fuel cap',
    ],
  },
  {
    title: 'Pangolin scales declared as fish leather',
    steps: [
      'A company is founded for one shipment, with a rented desk and a borrowed tax number.',
      'Sacks are layered: two rows of what was declared, then scales.',
      'The container changes ship and papers once on the way.',
    ],
    indicators: [
      'First export of a new company, paid in cash',
      'Weight too high for the goods declared',
      'Change of consignee after sailing',
    ],
  },
  {
    title: 'False police calls by video',
    steps: [
      'A caller says that a parcel with drugs was found in the name of the person called, then passes the call on to an "officer" before a false backdrop.',
      'The person is told to stay on the line, speak to nobody, and move the savings to a "safe account".',
      'The next day the callers offer help in getting the money back against a fee.',
    ],
    indicators: [
      'Demand to keep the camera on for hours',
      'Letterhead of an agency with a private telephone number',
      'Account in the name of a natural person',
    ],
  },
  {
    title: 'Migrants hidden in lorries with double walls',
    steps: [
      'A lorry for vegetables gets a second wall behind the cab, reached from below.',
      'Groups of eight to twelve are taken in at a plantation and told to keep still for up to seven hours.',
      'A motorcycle drives ahead and warns of checks.',
    ],
    indicators: [
      'Inner length shorter than the outer by more than a metre',
      'Fans or bottles in a cargo that needs neither',
      'Motorcycle that stops whenever the lorry stops',
    ],
  },
];

/** A way of working that has been seen, and what gives it away. */
export function sampleMethod(random: Random): Method {
  const { title, steps, indicators } = random.pick(KNOWN);
  return {
    type: 'method',
    title,
    description: steps.join('\n'),
    indicators: random.several(indicators, random.int(2, indicators.length)),
  };
}
