import { FORCES as ALL, type FORCES } from '@eads/protocol';

/** One of the eleven countries, by its ISO 3166-1 code, which is its force's code too. */
export type CountryCode = (typeof FORCES)[number];

/** What samples need to know of a country. Places are real, what happens there is not. */
export interface Country {
  name: string;
  /** Where one gets by a road, a ferry or a short flight. */
  near: readonly CountryCode[];
  cities: readonly string[];
  /** Towns at the sea; none where there is no coast. */
  ports: readonly string[];
  /** Towns at a land or sea crossing. */
  crossings: readonly string[];
  /** A court that issues warrants; `%` stands for the city. */
  court: string;
  /** ISO 639-2 (bibliographic) codes, as INTERPOL writes them: what nearly everybody speaks, then what some do. */
  languages: readonly [readonly string[], readonly string[]];
  currency: string;
}

const COUNTRIES: Record<CountryCode, Country> = {
  BN: {
    name: 'Brunei Darussalam',
    near: ['MY', 'ID', 'PH'],
    cities: ['Bandar Seri Begawan', 'Kuala Belait', 'Seria', 'Tutong', 'Muara', 'Bangar'],
    ports: ['Muara', 'Kuala Belait', 'Seria', 'Tutong'],
    crossings: ['Sungai Tujoh', 'Kuala Lurah', 'Labu'],
    court: "Magistrate's Court, %",
    languages: [['MAY'], ['ENG', 'CHI']],
    currency: 'BND',
  },
  ID: {
    name: 'Indonesia',
    near: ['MY', 'SG', 'TL', 'PH'],
    cities: [
      'Jakarta',
      'Medan',
      'Surabaya',
      'Batam',
      'Pontianak',
      'Makassar',
      'Semarang',
      'Denpasar',
      'Kupang',
      'Balikpapan',
      'Palembang',
      'Banyuwangi',
      'Cilacap',
    ],
    ports: ['Batam', 'Banyuwangi', 'Cilacap', 'Dumai', 'Kupang', 'Makassar', 'Tarakan', 'Belawan'],
    crossings: ['Entikong', 'Batam Centre', 'Nunukan', 'Dumai', 'Atambua', 'Tanjung Balai Karimun'],
    court: 'District Court of %',
    languages: [['IND'], ['ENG', 'JAV', 'SUN', 'MAD']],
    currency: 'IDR',
  },
  KH: {
    name: 'Cambodia',
    near: ['TH', 'VN', 'LA'],
    cities: ['Phnom Penh', 'Sihanoukville', 'Battambang', 'Siem Reap', 'Kampot', 'Kampong Cham', 'Koh Kong', 'Kratie'],
    ports: ['Sihanoukville', 'Kampot', 'Koh Kong', 'Kep'],
    crossings: ['Poipet', 'Bavet', 'Cham Yeam', "O'Smach", 'Chrey Thom'],
    court: '% Court of First Instance',
    languages: [['KHM'], ['ENG', 'FRE', 'VIE', 'CHI']],
    currency: 'USD',
  },
  LA: {
    name: 'Lao PDR',
    near: ['TH', 'VN', 'KH', 'MM'],
    cities: ['Vientiane', 'Luang Prabang', 'Savannakhet', 'Pakse', 'Thakhek', 'Luang Namtha', 'Phonsavan'],
    ports: [],
    crossings: ['Houayxay', 'Boten', 'Vang Tao', 'Lao Bao', 'Nam Phao'],
    court: "People's Court of %",
    languages: [['LAO'], ['THA', 'ENG', 'FRE', 'VIE']],
    currency: 'LAK',
  },
  MM: {
    name: 'Myanmar',
    near: ['TH', 'LA'],
    cities: ['Yangon', 'Mandalay', 'Mawlamyine', 'Lashio', 'Taunggyi', 'Pathein', 'Monywa', 'Hpa-An'],
    ports: ['Kawthaung', 'Mawlamyine', 'Myeik', 'Dawei'],
    crossings: ['Myawaddy', 'Tachileik', 'Kawthaung', 'Muse', 'Payathonzu'],
    court: '% District Court',
    languages: [['BUR'], ['ENG', 'SHN', 'CHI', 'THA']],
    currency: 'MMK',
  },
  MY: {
    name: 'Malaysia',
    near: ['TH', 'SG', 'ID', 'BN'],
    cities: [
      'Kuala Lumpur',
      'Johor Bahru',
      'George Town',
      'Ipoh',
      'Kota Bharu',
      'Kuching',
      'Kota Kinabalu',
      'Melaka',
      'Klang',
      'Alor Setar',
      'Sandakan',
      'Kuantan',
    ],
    ports: ['Klang', 'Kuantan', 'Sandakan', 'Tawau', 'Lumut', 'Pasir Gudang'],
    crossings: ['Bukit Kayu Hitam', 'Rantau Panjang', 'Tawau', 'Padang Besar', 'Tebedu', 'Pasir Gudang'],
    court: "Magistrates' Court, %",
    languages: [['MAY'], ['ENG', 'CHI', 'TAM']],
    currency: 'MYR',
  },
  PH: {
    name: 'Philippines',
    near: ['MY', 'ID', 'BN'],
    cities: [
      'Manila',
      'Quezon City',
      'Cebu City',
      'Davao City',
      'Zamboanga City',
      'Iloilo City',
      'Cagayan de Oro',
      'Angeles City',
      'Batangas City',
      'Tuguegarao',
    ],
    ports: ['Batangas City', 'Zamboanga City', 'General Santos', 'Bongao', 'Iloilo City'],
    crossings: ['Bongao', 'General Santos', 'Taganak', 'Puerto Princesa', 'Zamboanga'],
    court: 'Regional Trial Court, %',
    languages: [
      ['FIL', 'ENG'],
      ['CEB', 'ILO', 'TAU'],
    ],
    currency: 'PHP',
  },
  SG: {
    name: 'Singapore',
    near: ['MY', 'ID'],
    cities: ['Singapore'],
    ports: ['Tuas', 'Changi'],
    crossings: ['Woodlands', 'Tuas', 'Tanah Merah'],
    court: 'State Courts of %',
    languages: [['ENG'], ['CHI', 'MAY', 'TAM']],
    currency: 'SGD',
  },
  TH: {
    name: 'Thailand',
    near: ['MM', 'LA', 'KH', 'MY'],
    cities: [
      'Bangkok',
      'Chiang Mai',
      'Chiang Rai',
      'Hat Yai',
      'Udon Thani',
      'Ubon Ratchathani',
      'Nakhon Ratchasima',
      'Pattaya',
      'Songkhla',
      'Samut Sakhon',
      'Khon Kaen',
    ],
    ports: ['Songkhla', 'Ranong', 'Samut Sakhon', 'Sattahip', 'Satun'],
    crossings: ['Mae Sot', 'Mae Sai', 'Aranyaprathet', 'Nong Khai', 'Ranong', 'Sadao', 'Mukdahan'],
    court: '% Provincial Court',
    languages: [['THA'], ['ENG', 'LAO', 'CHI', 'MAY']],
    currency: 'THB',
  },
  TL: {
    name: 'Timor-Leste',
    near: ['ID', 'MY', 'PH'],
    cities: ['Dili', 'Baucau', 'Maliana', 'Suai', 'Same', 'Lospalos', 'Pante Macassar'],
    ports: ['Dili', 'Suai', 'Com'],
    crossings: ['Batugade', 'Salele', 'Oesilo', 'Dili port'],
    court: '% District Court',
    languages: [['TET'], ['POR', 'IND', 'ENG']],
    currency: 'USD',
  },
  VN: {
    name: 'Viet Nam',
    near: ['KH', 'LA'],
    cities: ['Hanoi', 'Ho Chi Minh City', 'Da Nang', 'Hai Phong', 'Can Tho', 'Vinh', 'Hue', 'Nha Trang', 'Ha Tinh'],
    ports: ['Hai Phong', 'Vung Tau', 'Da Nang', 'Nha Trang', 'Rach Gia'],
    crossings: ['Moc Bai', 'Lao Bao', 'Mong Cai', 'Cau Treo', 'Ha Tien', 'Lang Son'],
    court: "People's Court of %",
    languages: [['VIE'], ['ENG', 'CHI', 'KHM']],
    currency: 'VND',
  },
};

/** As it stands in a sentence. */
export const nameInText = (code: CountryCode): string => (code === 'PH' ? 'the Philippines' : COUNTRIES[code].name);

export const countryOf = (code: CountryCode): Country => COUNTRIES[code];

export const COUNTRY_CODES: readonly CountryCode[] = ALL;

export const isCountry = (code: string): code is CountryCode => Object.hasOwn(COUNTRIES, code);
