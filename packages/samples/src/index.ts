export type { CountryCode } from './country.ts';
export { type MessageSample, type MessageWish, sampleMessage } from './messages.ts';
export { type NoticeWish, noticeNumberOf, sampleNotice, sampleNotices } from './notices.ts';
export { portraitSvg } from './portrait.ts';
export { type Random, seeded } from './random.ts';
