/** What a description says behind the place: in Chinese, in English. */
export type Texts = readonly [chinese: string, english: string];

export const MISSING: Texts = [
  '必填，不能缺失、为 null 或为空',
  'mandatory, but missing, null or empty',
];
export const STRING: Texts = ['必须是字符串', 'must be a string'];
export const LIST_TYPE: Texts = ['必须是列表', 'must be a list'];
export const OBJECT: Texts = ['必须是对象', 'must be an object'];
export const INTEGER: Texts = ['必须是整数', 'must be an integer'];
export const TEXT: Texts = [
  '含有不允许的字符，只允许空字符和不成对的代理项以外的字符',
  'holds characters that are not allowed; allowed: anything but NUL and lone surrogates',
];
export const PHONE: Texts = [
  '含有不允许的字符，只允许数字、* 和 #',
  'holds characters that are not allowed; allowed: digits, * and #',
];
export const PLAIN: Texts = [
  '含有不允许的字符，只允许特殊字符、空字符和不成对的代理项以外的字符',
  'holds characters that are not allowed; allowed: anything but special characters, NUL and lone surrogates',
];
export const NOT_JSON: Texts = ['不是有效的 JSON', 'not valid JSON'];
export const NOT_UTF8: Texts = ['不是有效的 UTF-8', 'not valid UTF-8'];
export const TOO_DEEP: Texts = ['嵌套超过 64 层', 'nested more than 64 levels deep'];
export const DELAY: Texts = [
  '必须是 0 到 86400 的整数，最多 5 位数字',
  'must be a whole number from 0 to 86400, of at most 5 digits',
];
export const NO_TYPE: Texts = [
  '缺失，而该外呼活动要求每个号码都有类型',
  'missing, and the campaign requires a type with every number',
];
export const TIME: Texts = [
  '必须是真实的时间，格式为 yyyy-mm-dd hh:mm:ss',
  'must be a real time in the form yyyy-mm-dd hh:mm:ss',
];
export const NO_MINUTE: Texts = [
  '有小时但没有分钟，格式为 yyyy-mm-dd hh:mm:ss',
  'has an hour but no minute; the form is yyyy-mm-dd hh:mm:ss',
];
export const TWICE: Texts = [
  '同一 sessionId 下的号码重复',
  'the number appears twice under one sessionId',
];
export const KEY_LENGTH: Texts = ['长度必须为 1 到 255 个字符', 'must be 1 to 255 characters long'];
export const NO_CAMPAIGN: Texts = ['该 VDN 下没有此外呼活动', 'no such campaign in this VDN'];
export const CLOSED: Texts = [
  '外呼活动的状态为 completed，不接收号码',
  'the campaign is completed and takes no numbers',
];
export const TOO_SOON: Texts = [
  '距离该外呼活动的上一次接收不足 60000 毫秒',
  "less than 60000 ms since the campaign's last admission",
];
export const BLOCKED: Texts = ['号码在黑名单中', 'the number is on the blocklist'];

export const longer = (max: number): Texts => [
  `长度超过 ${max} 个字符`,
  `longer than ${max} characters`,
];
export const shorter = (min: number): Texts => [
  `长度少于该外呼活动要求的 ${min} 个字符`,
  `shorter than the ${min} characters that the campaign requires`,
];
export const range = (min: number, max: number): Texts => [
  `必须是 ${min} 到 ${max} 的整数`,
  `must be a whole number from ${min} to ${max}`,
];
export const moreItems = (max: number): Texts => [`超过 ${max} 项`, `holds more than ${max} items`];
export const moreRecords = (max: number): Texts => [
  `每次最多 ${max} 条记录`,
  `holds more than ${max} records, the most at a time`,
];
export const full = (max: number): Texts => [
  `外呼活动的未完成记录数将超过上限 ${max}`,
  `the campaign would hold more than ${max} incomplete records`,
];

/** A fault that is expected: the place is seen from the record, or in a call from the body; '' is the record itself. */
export interface Fault {
  readonly code: string;
  readonly place: string;
  readonly texts: Texts;
}

/** Of a fault in a language: `place: text`. */
export const describeFault = (place: string, text: string): string =>
  place === '' ? text : `${place}: ${text}`;
