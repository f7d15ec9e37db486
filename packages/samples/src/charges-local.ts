import type { CountryCode } from './country.ts';
import type { Theme } from './laws.ts';

/** The charge as the country's own language has it; only where the wording is beyond doubt. */
type Words = Partial<Record<Theme, string>>;

const INDONESIAN: Words = {
  'trafficking-in-persons': 'Tindak pidana perdagangan orang',
  'scam-compound': 'Perekrutan orang dengan penipuan untuk dipekerjakan secara paksa dalam penipuan daring',
  'migrant-smuggling': 'Penyelundupan manusia',
  'drug-trafficking': 'Peredaran gelap narkotika golongan I',
  wildlife: 'Perdagangan satwa yang dilindungi',
  'maritime-robbery': 'Perampokan bersenjata terhadap kapal',
  'cyber-fraud': 'Penipuan melalui media elektronik',
  'money-laundering': 'Tindak pidana pencucian uang',
  'document-fraud': 'Pemalsuan dokumen perjalanan',
  'vehicle-theft': 'Pencurian kendaraan bermotor',
};

const MALAY: Words = {
  'trafficking-in-persons': 'Pemerdagangan orang',
  'scam-compound': 'Merekrut orang melalui tawaran kerja palsu bagi sindiket penipuan dalam talian',
  'migrant-smuggling': 'Penyeludupan migran',
  'drug-trafficking': 'Pengedaran dadah berbahaya',
  wildlife: 'Perdagangan hidupan liar yang dilindungi',
  'maritime-robbery': 'Rompakan bersenjata terhadap kapal',
  'cyber-fraud': 'Penipuan dalam talian',
  'money-laundering': 'Pengubahan wang haram',
  'document-fraud': 'Pemalsuan dokumen perjalanan',
  'vehicle-theft': 'Kecurian kenderaan bermotor',
};

const VIETNAMESE: Words = {
  'trafficking-in-persons': 'Tội mua bán người',
  'migrant-smuggling': 'Tội tổ chức, môi giới cho người khác xuất cảnh, nhập cảnh trái phép',
  'drug-trafficking': 'Tội mua bán trái phép chất ma túy',
  wildlife: 'Tội vi phạm quy định về bảo vệ động vật nguy cấp, quý, hiếm',
  'maritime-robbery': 'Tội cướp tài sản',
  'cyber-fraud': 'Tội sử dụng mạng máy tính thực hiện hành vi chiếm đoạt tài sản',
  'money-laundering': 'Tội rửa tiền',
  'document-fraud': 'Tội làm giả con dấu, tài liệu của cơ quan, tổ chức',
  'vehicle-theft': 'Tội trộm cắp tài sản (xe ô tô)',
};

const THAI: Words = {
  'trafficking-in-persons': 'ความผิดฐานค้ามนุษย์',
  'scam-compound': 'ความผิดฐานค้ามนุษย์ โดยหลอกลวงบุคคลไปทำงานหลอกลวงออนไลน์',
  'migrant-smuggling': 'ความผิดฐานนำพาคนต่างด้าวเข้ามาในราชอาณาจักรโดยผิดกฎหมาย',
  'drug-trafficking': 'ความผิดฐานจำหน่ายยาเสพติดให้โทษโดยไม่ได้รับอนุญาต',
  wildlife: 'ความผิดฐานค้าสัตว์ป่าคุ้มครอง',
  'cyber-fraud': 'ความผิดฐานฉ้อโกงประชาชน และนำข้อมูลเท็จเข้าสู่ระบบคอมพิวเตอร์',
  'money-laundering': 'ความผิดฐานฟอกเงิน',
  'document-fraud': 'ความผิดฐานปลอมหนังสือเดินทาง',
  'vehicle-theft': 'ความผิดฐานลักทรัพย์ (รถยนต์)',
};

const PORTUGUESE: Words = {
  'trafficking-in-persons': 'Crime de tráfico de pessoas',
  'migrant-smuggling': 'Crime de auxílio à imigração ilegal',
  'drug-trafficking': 'Crime de tráfico de estupefacientes',
  'maritime-robbery': 'Crime de roubo agravado a bordo de navio',
  'cyber-fraud': 'Crime de burla informática',
  'money-laundering': 'Crime de branqueamento de capitais',
  'document-fraud': 'Crime de falsificação de documentos',
  'vehicle-theft': 'Crime de furto agravado (veículo)',
};

const KHMER: Words = {
  'trafficking-in-persons': 'អំពើជួញដូរមនុស្ស',
  'drug-trafficking': 'ការជួញដូរគ្រឿងញៀន',
  'money-laundering': 'ការសម្អាតប្រាក់',
};

const LAO: Words = {
  'trafficking-in-persons': 'ການຄ້າມະນຸດ',
  'drug-trafficking': 'ການຄ້າຢາເສບຕິດ',
  'money-laundering': 'ການຟອກເງິນ',
};

const BURMESE: Words = {
  'trafficking-in-persons': 'လူကုန်ကူးမှု',
  'drug-trafficking': 'မူးယစ်ဆေးဝါး ရောင်းဝယ်မှု',
  'money-laundering': 'ငွေကြေးခဝါချမှု',
};

const LANGUAGE: Partial<Record<CountryCode, Words>> = {
  BN: MALAY,
  ID: INDONESIAN,
  KH: KHMER,
  LA: LAO,
  MM: BURMESE,
  MY: MALAY,
  TH: THAI,
  TL: PORTUGUESE,
  VN: VIETNAMESE,
};

const ENGLISH: Record<Theme, string> = {
  'trafficking-in-persons': 'Trafficking in persons',
  'scam-compound': 'Recruiting persons by deception for an online scam syndicate',
  'migrant-smuggling': 'Smuggling of migrants',
  'drug-trafficking': 'Trafficking in dangerous drugs',
  wildlife: 'Trade in protected animals',
  'maritime-robbery': 'Armed robbery against a ship',
  'cyber-fraud': 'Fraud by means of computers',
  'money-laundering': 'Money laundering',
  'document-fraud': 'Forging of documents',
  'vehicle-theft': 'Theft of a motor vehicle',
};

export interface LocalCharge {
  text: string;
  english: string;
}

/** The charge in the country's language; undefined where it charges in English or no wording is known. */
export function localCharge(theme: Theme, country: CountryCode): LocalCharge | undefined {
  const text = LANGUAGE[country]?.[theme];
  return text === undefined ? undefined : { text, english: ENGLISH[theme] };
}
