import type { CountryCode } from './country.ts';

/** The crimes that the samples are about. */
export const THEMES = [
  'trafficking-in-persons',
  'scam-compound',
  'migrant-smuggling',
  'drug-trafficking',
  'wildlife',
  'maritime-robbery',
  'cyber-fraud',
  'money-laundering',
  'document-fraud',
  'vehicle-theft',
] as const;
export type Theme = (typeof THEMES)[number];

/**
 * Titles of laws, so that a charge reads as at home. Sections and penalties in the samples are exercise values: a
 * section number begins EX, and no penalty is taken from the law.
 */
const PENAL: Record<CountryCode, string> = {
  BN: 'Penal Code',
  ID: 'Criminal Code',
  KH: 'Criminal Code',
  LA: 'Penal Code',
  MM: 'Penal Code',
  MY: 'Penal Code',
  PH: 'Revised Penal Code',
  SG: 'Penal Code 1871',
  TH: 'Criminal Code',
  TL: 'Penal Code',
  VN: 'Penal Code 2015',
};

type Titles = Partial<Record<CountryCode, string>>;

const TRAFFICKING: Titles = {
  BN: 'Anti-Trafficking in Persons Order 2019',
  ID: 'Law No. 21 of 2007',
  KH: 'Law on Suppression of Human Trafficking and Sexual Exploitation',
  LA: 'Law on Anti-Trafficking in Persons',
  MM: 'Prevention and Suppression of Trafficking in Persons Law',
  MY: 'Anti-Trafficking in Persons and Anti-Smuggling of Migrants Act 2007',
  PH: 'Republic Act No. 9208 as amended',
  SG: 'Prevention of Human Trafficking Act 2014',
  TH: 'Anti-Trafficking in Persons Act B.E. 2551',
  TL: 'Law No. 3/2017',
};

const COMPUTERS: Titles = {
  BN: 'Computer Misuse Act',
  ID: 'Law No. 11 of 2008 as amended',
  LA: 'Law on Prevention and Combating of Cyber Crime',
  MM: 'Electronic Transactions Law',
  MY: 'Computer Crimes Act 1997',
  PH: 'Republic Act No. 10175',
  SG: 'Computer Misuse Act 1993',
  TH: 'Computer-Related Crime Act B.E. 2550',
};

const SPECIAL: Partial<Record<Theme, Titles>> = {
  'trafficking-in-persons': TRAFFICKING,
  'scam-compound': TRAFFICKING,
  'migrant-smuggling': {
    BN: 'People Smuggling Order 2019',
    ID: 'Law No. 6 of 2011',
    KH: 'Law on Immigration',
    MY: 'Anti-Trafficking in Persons and Anti-Smuggling of Migrants Act 2007',
    PH: 'Philippine Immigration Act of 1940',
    SG: 'Immigration Act 1959',
    TH: 'Immigration Act B.E. 2522',
  },
  'drug-trafficking': {
    BN: 'Misuse of Drugs Act',
    ID: 'Law No. 35 of 2009',
    KH: 'Law on Drug Control',
    LA: 'Law on Drugs',
    MM: 'Narcotic Drugs and Psychotropic Substances Law',
    MY: 'Dangerous Drugs Act 1952',
    PH: 'Republic Act No. 9165',
    SG: 'Misuse of Drugs Act 1973',
    TH: 'Narcotics Code B.E. 2564',
  },
  wildlife: {
    ID: 'Law No. 5 of 1990 as amended',
    KH: 'Law on Forestry',
    LA: 'Wildlife and Aquatic Law',
    MM: 'Conservation of Biodiversity and Protected Areas Law',
    MY: 'Wildlife Conservation Act 2010',
    PH: 'Republic Act No. 9147',
    SG: 'Endangered Species (Import and Export) Act 2006',
    TH: 'Wild Animal Conservation and Protection Act B.E. 2562',
  },
  'maritime-robbery': { PH: 'Presidential Decree No. 532' },
  'cyber-fraud': COMPUTERS,
  'money-laundering': {
    BN: 'Criminal Asset Recovery Order 2012',
    ID: 'Law No. 8 of 2010',
    KH: 'Law on Anti-Money Laundering and Combating the Financing of Terrorism',
    LA: 'Law on Anti-Money Laundering and Counter-Financing of Terrorism',
    MM: 'Anti-Money Laundering Law',
    MY: 'Anti-Money Laundering, Anti-Terrorism Financing and Proceeds of Unlawful Activities Act 2001',
    PH: 'Republic Act No. 9160 as amended',
    SG: 'Corruption, Drug Trafficking and Other Serious Crimes (Confiscation of Benefits) Act 1992',
    TH: 'Anti-Money Laundering Act B.E. 2542',
  },
  'document-fraud': {
    ID: 'Law No. 6 of 2011',
    MY: 'Passports Act 1966',
    SG: 'Passports Act 2007',
  },
  'vehicle-theft': { PH: 'Republic Act No. 10883' },
};

/** The title of the law that the country would charge this crime under. */
export const lawOf = (theme: Theme, country: CountryCode): string => SPECIAL[theme]?.[country] ?? PENAL[country];
