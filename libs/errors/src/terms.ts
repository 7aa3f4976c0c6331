import type { Locale, Texts } from './locale.ts';

/**
 * Words that a fault's parameter may stand for. A fault is stored as data and read later in another
 * language, so what is said in words travels as one of these keys and not as a sentence.
 */
export const TERMS = {
  string: { zh_CN: '字符串', en_US: 'a string' },
  object: { zh_CN: '对象', en_US: 'an object' },
  list: { zh_CN: '列表', en_US: 'a list' },
  integer: { zh_CN: '整数', en_US: 'an integer' },
  boolean: { zh_CN: '布尔值', en_US: 'true or false' },
  json: { zh_CN: 'JSON', en_US: 'JSON' },
  utf8: { zh_CN: 'UTF-8', en_US: 'UTF-8' },
  csv: { zh_CN: 'CSV', en_US: 'CSV' },
  csvQuoteOpen: {
    zh_CN: '此处开始的行中有未闭合的引号；字段内的引号须写两次',
    en_US:
      'a quote in the row that begins here is never closed; a quote within a field is written twice',
  },
  csvQuoteStray: {
    zh_CN: '此处开始的行中引号位置不正确；含引号的字段须整体加引号，其中的引号写两次',
    en_US:
      'a quote in the row that begins here stands where none may; a field with quotes in it is put in quotes, and each of them is written twice',
  },
  csvNoNumber: {
    zh_CN: '标题行中没有 calledNo 列；第一行须给出列名，以逗号分隔',
    en_US: 'the header has no column calledNo; the first line names the columns, parted by commas',
  },
  csvNoNumberColumn: {
    zh_CN: '标题行中没有 number 列',
    en_US: 'the header has no column number',
  },
  csvOtherColumn: {
    zh_CN: '标题行只能包含 number 和 expiresAt 列',
    en_US: 'the header may have the columns number and expiresAt, and no others',
  },
  csvDoubledColumn: {
    zh_CN: '标题行中有重复的列名',
    en_US: 'the header names this column twice',
  },
  csvHeaderText: {
    zh_CN: '标题行不是 UTF-8 文本；请以 UTF-8 编码的 CSV 格式保存文件',
    en_US: 'the header is not text in UTF-8; save the file as CSV in UTF-8',
  },
  csvNoColumn: {
    zh_CN: '该字段没有对应的列；标题行的列数较少或列名为空',
    en_US: 'a field without a column: the header has fewer columns, or one without a name',
  },
  gzip: { zh_CN: 'gzip', en_US: 'gzip' },
  phoneCharacters: { zh_CN: '数字、* 和 #', en_US: 'digits, * and #' },
  plainCharacters: {
    zh_CN: '特殊字符、空字符和不成对的代理项以外的字符',
    en_US: 'anything but special characters, NUL and lone surrogates',
  },
  textCharacters: {
    zh_CN: '空字符和不成对的代理项以外的字符',
    en_US: 'anything but NUL and lone surrogates',
  },
  timeToCome: { zh_CN: '将来的时间', en_US: 'a time that is still to come' },
  typeRequired: {
    zh_CN: '缺失，而该外呼活动要求每个号码都有类型',
    en_US: 'missing, and the campaign requires a type with every number',
  },
  rfc3339: {
    zh_CN: ' RFC 3339 格式的时间，例如 2026-01-31T08:00:00Z',
    en_US: 'a time in the form of RFC 3339, such as 2026-01-31T08:00:00Z',
  },
  unknownOutcome: {
    zh_CN: '无法确定本次调用是否生效；使用同一 Idempotency-Key 重试不会重复生效',
    en_US:
      'whether this call took effect is not known; repeated with the same Idempotency-Key it takes effect once',
  },
  lostOutcome: {
    zh_CN: '无法确定本次调用是否生效',
    en_US: 'whether this call took effect is not known',
  },
  repeatableOutcome: {
    zh_CN: '无法确定本次调用是否生效；可以放心重试',
    en_US: 'whether this call took effect is not known; it can be repeated without harm',
  },
  anotherCallWaits: {
    zh_CN: '另一个同步调用正在等待该外呼活动的下一次接收',
    en_US: "another synchronous call is waiting for the campaign's next slot",
  },
  callRemoved: {
    zh_CN: '本次调用在得出结果之前已被移除，未保存任何数据，请稍后重试',
    en_US:
      'the call was removed before there was a verdict; nothing of it was kept, try again later',
  },
  knownMember: { zh_CN: '此调用支持的成员', en_US: 'one of the members that this call knows' },
} as const satisfies Record<string, Texts>;

export type Term = keyof typeof TERMS;

/** Values put into a template: a number, a {@link Term}, or a text that is the same everywhere. */
export type Params = Readonly<Record<string, string | number>>;

/** A general text, and more exact ones that are used once their parameters are known. */
export interface Wording {
  readonly text: Texts;
  /** Tried in order; one is used when every `{name}` in it has a parameter. */
  readonly details?: readonly Texts[];
}

const PLACEHOLDER = /\{(\w+)\}/g;

/** The most exact text of a wording that the parameters are enough for. */
export function render(wording: Wording, locale: Locale, params: Params = {}): string {
  for (const detail of wording.details ?? []) {
    const names = Array.from(detail[locale].matchAll(PLACEHOLDER), (match) => match[1] ?? '');
    if (names.every((name) => Object.hasOwn(params, name))) {
      return detail[locale].replace(PLACEHOLDER, (_, name: string) => word(params[name], locale));
    }
  }
  return wording.text[locale];
}

function word(value: string | number | undefined, locale: Locale): string {
  const text = String(value);
  return Object.hasOwn(TERMS, text) ? TERMS[text as Term][locale] : text;
}
