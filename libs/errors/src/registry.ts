import type { Wording } from './terms.ts';

/** A native code: what it is called in the code, how it is answered, and how it is put into words. */
export interface CodeEntry extends Wording {
  /** The code as the interface's Table 9 has it. */
  readonly code: string;
  /** HTTP status where the error is told as a problem (RFC 9457); 200 for success. */
  readonly status: 200 | 400 | 404 | 409 | 422 | 429 | 503;
}

const MUST_BE = { zh_CN: '必须是{expected}', en_US: 'must be {expected}' };

/**
 * Every code of the interface's Table 9, and success. The only place that knows them: all else names
 * them through {@link CODE}.
 */
export const REGISTRY = {
  SUCCESS: {
    code: '0200000',
    status: 200,
    text: { zh_CN: 'create data succeeded', en_US: 'create data succeeded' },
  },
  PARAMETER_ERROR: {
    code: '0200001',
    status: 400,
    text: { zh_CN: '参数不可接受', en_US: 'not acceptable' },
    details: [MUST_BE],
  },
  DATABASE_ERROR: {
    code: '0200006',
    status: 503,
    text: {
      zh_CN: '数据库暂不可用，本次调用未保存任何数据，请稍后重试',
      en_US: 'the database is not available; nothing of this call was kept, try again later',
    },
    details: [
      {
        zh_CN: '{waitedMs} 毫秒内没有结果；本次调用已撤回，未保存任何数据，请稍后重试',
        en_US:
          'no verdict within {waitedMs} ms; the call was withdrawn and nothing of it was kept, try again later',
      },
      { zh_CN: '数据库出现故障，{outcome}', en_US: 'the database failed; {outcome}' },
      { zh_CN: '{reason}', en_US: '{reason}' },
    ],
  },
  CAMPAIGN_NOT_FOUND: {
    code: '0200007',
    status: 404,
    text: { zh_CN: '该 VDN 下没有此外呼活动', en_US: 'no such campaign in this VDN' },
  },
  DUPLICATE_NUMBER: {
    code: '0200018',
    status: 422,
    text: {
      zh_CN: '同一 sessionId 下的号码重复',
      en_US: 'the number appears twice under one sessionId',
    },
  },
  CAMPAIGN_CLOSED: {
    code: '0200019',
    status: 409,
    text: {
      zh_CN: '外呼活动的当前状态不接收号码',
      en_US: "the campaign's state takes no numbers",
    },
    details: [
      {
        zh_CN: '外呼活动的状态为 {state}，不接收号码',
        en_US: 'the campaign is {state} and takes no numbers',
      },
    ],
  },
  CAMPAIGN_FULL: {
    code: '0200020',
    status: 409,
    text: {
      zh_CN: '外呼活动的未完成记录数将超过上限',
      en_US: 'the campaign would hold more incomplete records than it may',
    },
    details: [
      {
        zh_CN: '外呼活动的未完成记录数将超过上限 {max}',
        en_US: 'the campaign would hold more than {max} incomplete records',
      },
    ],
  },
  TOO_FREQUENT: {
    code: '0200022',
    status: 429,
    text: {
      zh_CN: '距离该外呼活动的上一次接收时间过短',
      en_US: "too soon after the campaign's last admission",
    },
    details: [
      { zh_CN: '{reason}', en_US: '{reason}' },
      {
        zh_CN: '距离该外呼活动的上一次接收不足 {intervalMs} 毫秒',
        en_US: "less than {intervalMs} ms since the campaign's last admission",
      },
    ],
  },
  BLOCKLISTED: {
    code: '0200024',
    status: 422,
    text: { zh_CN: '号码在黑名单中', en_US: 'the number is on the blocklist' },
  },
  TOO_MANY_RECORDS: {
    code: '0200029',
    status: 400,
    text: { zh_CN: '记录过多', en_US: 'too many records' },
    details: [
      {
        zh_CN: '每次最多 {max} 条记录',
        en_US: 'holds more than {max} records, the most at a time',
      },
    ],
  },
  TIME_FORMAT: {
    code: '0200030',
    status: 400,
    text: {
      zh_CN: '必须是真实的时间，格式为 yyyy-mm-dd hh:mm:ss',
      en_US: 'must be a real time in the form yyyy-mm-dd hh:mm:ss',
    },
  },
  MISSING: {
    code: '02000001',
    status: 400,
    text: {
      zh_CN: '必填，不能缺失、为 null 或为空',
      en_US: 'mandatory, but missing, null or empty',
    },
  },
  INVALID_CHARACTERS: {
    code: '02000002',
    status: 400,
    text: { zh_CN: '含有不允许的字符', en_US: 'holds characters that are not allowed' },
    details: [
      {
        zh_CN: '含有不允许的字符，只允许{allowed}',
        en_US: 'holds characters that are not allowed; allowed: {allowed}',
      },
    ],
  },
  TOO_LONG: {
    code: '02000003',
    status: 400,
    text: { zh_CN: '过长', en_US: 'too long' },
    details: [{ zh_CN: '长度超过 {max} 个字符', en_US: 'longer than {max} characters' }],
  },
  TOO_SHORT: {
    code: '02000004',
    status: 400,
    text: { zh_CN: '过短', en_US: 'too short' },
    details: [
      {
        zh_CN: '长度少于该外呼活动要求的 {min} 个字符',
        en_US: 'shorter than the {min} characters that the campaign requires',
      },
    ],
  },
  LENGTH_OUT_OF_RANGE: {
    code: '02000005',
    status: 400,
    text: { zh_CN: '长度不在允许范围内', en_US: 'length outside the range allowed' },
    details: [
      {
        zh_CN: '长度必须为 {min} 到 {max} 个字符',
        en_US: 'must be {min} to {max} characters long',
      },
    ],
  },
  WRONG_TYPE: {
    code: '02000006',
    status: 400,
    text: { zh_CN: '类型不正确', en_US: 'of the wrong type' },
    details: [MUST_BE],
  },
  WRONG_VALUE: {
    code: '02000007',
    status: 400,
    text: { zh_CN: '取值不在允许范围内', en_US: 'a value that is not allowed' },
    details: [
      {
        zh_CN: '必须是 {min} 到 {max} 的整数，最多 {maxDigits} 位数字',
        en_US: 'must be a whole number from {min} to {max}, of at most {maxDigits} digits',
      },
      {
        zh_CN: '必须是 {min} 到 {max} 的整数',
        en_US: 'must be a whole number from {min} to {max}',
      },
      { zh_CN: '只能取以下值之一：{allowed}', en_US: 'must be one of: {allowed}' },
      MUST_BE,
    ],
  },
  NOT_CONVERTIBLE: {
    code: '02000008',
    status: 400,
    text: { zh_CN: '无法转换', en_US: 'cannot be converted' },
    details: [
      { zh_CN: '嵌套超过 {maxDepth} 层', en_US: 'nested more than {maxDepth} levels deep' },
      { zh_CN: '不是有效的 {expected}', en_US: 'not valid {expected}' },
      { zh_CN: '{reason}', en_US: '{reason}' },
    ],
  },
  WRONG_COMBINATION: {
    code: '02000009',
    status: 400,
    text: { zh_CN: '参数组合不被允许', en_US: 'parameters that do not go together' },
    details: [{ zh_CN: '{reason}', en_US: '{reason}' }],
  },
  HOUR_WITHOUT_MINUTE: {
    code: '02000010',
    status: 400,
    text: {
      zh_CN: '有小时但没有分钟，格式为 yyyy-mm-dd hh:mm:ss',
      en_US: 'has an hour but no minute; the form is yyyy-mm-dd hh:mm:ss',
    },
  },
  TOO_MANY_ITEMS: {
    code: '02000011',
    status: 400,
    text: { zh_CN: '列表项过多', en_US: 'too many items' },
    details: [{ zh_CN: '超过 {max} 项', en_US: 'holds more than {max} items' }],
  },
} as const satisfies Record<string, CodeEntry>;

export type CodeKey = keyof typeof REGISTRY;

/** The codes by name: `CODE.CAMPAIGN_NOT_FOUND` is `'0200007'`. */
export const CODE = Object.fromEntries(
  Object.entries(REGISTRY).map(([key, entry]) => [key, entry.code]),
) as { readonly [K in CodeKey]: (typeof REGISTRY)[K]['code'] };

/** One of the codes of the registry, as a string. */
export type Code = (typeof CODE)[CodeKey];

const byCode = new Map<string, CodeEntry>(
  Object.values(REGISTRY).map((entry) => [entry.code, entry]),
);

/** What the registry says of a code. Throws on a code that is not in it: a mistake of the program. */
export function codeEntry(code: Code): CodeEntry {
  const entry = byCode.get(code);
  if (entry === undefined) throw new Error(`no such code: ${code}`);
  return entry;
}
