export { type NoticeOutcome, type NoticeState, noticeOutcome, noticeRefOf } from './ownership.ts';
export { addresses, type Decision, decideRelease, reachesNobody } from './release.ts';
export { RELEASE_RULES, type ReleaseRule, type RuleSource, type Situation } from './rules.ts';
