import type { Fault } from './fault.ts';
import { describe } from './fault.ts';
import type { Locale, Texts } from './locale.ts';
import { codeEntry } from './registry.ts';
import type { Params, Wording } from './terms.ts';
import { render } from './terms.ts';

/** A kind of problem that has no code in the interface's table. */
export interface ProblemEntry extends Wording {
  readonly status: number;
  /** The same for every occurrence of the kind (RFC 9457, 3.1.3). */
  readonly title: Texts;
}

const same = <T extends string>(text: T) => ({ zh_CN: text, en_US: text });

export const PROBLEMS = {
  BAD_PARAMETER: {
    status: 400,
    title: { zh_CN: '请求参数不正确', en_US: 'Bad parameter' },
    text: { zh_CN: '参数未知或取值不被允许', en_US: 'unknown, or a value that is not allowed' },
    details: [
      {
        zh_CN: '必须是 {min} 到 {max} 的整数',
        en_US: 'must be a whole number from {min} to {max}',
      },
      { zh_CN: '只能取以下值之一：{allowed}', en_US: 'must be one of: {allowed}' },
      { zh_CN: '必须是{expected}', en_US: 'must be {expected}' },
    ],
  },
  BROKEN_CONTAINER: {
    status: 400,
    title: { zh_CN: '上传内容无法读取', en_US: 'Unreadable upload' },
    text: {
      zh_CN: '上传内容无法读取，未保存任何数据',
      en_US: 'the upload cannot be read; nothing of it was kept',
    },
    details: [
      {
        zh_CN: '上传内容不是有效的 {expected}，未保存任何数据',
        en_US: 'the upload is not valid {expected}; nothing of it was kept',
      },
      { zh_CN: '{reason}；未保存任何数据', en_US: '{reason}; nothing was kept' },
      {
        zh_CN: '标题行超过 {maxColumns} 列，未保存任何数据',
        en_US: 'the header has more than {maxColumns} columns; nothing was kept',
      },
    ],
  },
  BROKEN_REQUEST: {
    status: 400,
    title: { zh_CN: '请求格式错误', en_US: 'Malformed request' },
    text: { zh_CN: '请求不是有效的 HTTP 请求', en_US: 'the request is not valid HTTP' },
  },
  EMPTY_UPLOAD: {
    status: 400,
    title: { zh_CN: '上传内容为空', en_US: 'Empty upload' },
    text: { zh_CN: '上传内容不含任何记录', en_US: 'the upload holds no records' },
  },
  // One body for every reason and reader, so that it tells an attacker nothing: not even in which
  // language another face would have answered.
  UNAUTHORIZED: {
    status: 401,
    title: same('Unauthorized'),
    text: same('valid credentials are needed'),
  },
  FORBIDDEN: {
    status: 403,
    title: { zh_CN: '禁止访问', en_US: 'Forbidden' },
    text: {
      zh_CN: '当前凭证无权执行此操作',
      en_US: 'these credentials do not allow this',
    },
  },
  NOT_FOUND: {
    status: 404,
    title: { zh_CN: '不存在', en_US: 'Not found' },
    text: { zh_CN: '这里没有所请求的内容', en_US: 'there is nothing here by that name' },
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: { zh_CN: '方法不被允许', en_US: 'Method not allowed' },
    text: { zh_CN: '此路径不支持该方法', en_US: 'this path does not answer to that method' },
  },
  NOT_ACCEPTABLE: {
    status: 406,
    title: { zh_CN: '无法提供所要求的格式', en_US: 'Not acceptable' },
    text: {
      zh_CN: '无法以所要求的格式应答',
      en_US: 'none of the formats asked for can be answered with',
    },
    details: [
      {
        zh_CN: '无法以所要求的格式应答，可用格式：{allowed}',
        en_US: 'none of the formats asked for can be answered with; there are: {allowed}',
      },
    ],
  },
  REQUEST_TIMEOUT: {
    status: 408,
    title: { zh_CN: '请求超时', en_US: 'Request time-out' },
    text: { zh_CN: '请求到达得太慢', en_US: 'the request came too slowly' },
    details: [
      {
        zh_CN: '请求体的到达速度低于每秒 {minBytesPerSecond} 字节，未保存任何数据',
        en_US: 'the body came at less than {minBytesPerSecond} bytes a second; nothing was kept',
      },
    ],
  },
  STATE_CONFLICT: {
    status: 409,
    title: { zh_CN: '状态不允许', en_US: 'State conflict' },
    text: { zh_CN: '当前状态不允许此操作', en_US: 'the present state does not allow this' },
    details: [
      {
        zh_CN: '当前状态 {state} 不允许此操作',
        en_US: 'the present state, {state}, does not allow this',
      },
    ],
  },
  IDEMPOTENCY_KEY_IN_USE: {
    status: 409,
    title: { zh_CN: '首次调用仍在进行', en_US: 'First call still running' },
    text: {
      zh_CN: '使用此 Idempotency-Key 的首次调用仍在进行',
      en_US: 'the first call with this Idempotency-Key is still running',
    },
  },
  GONE: {
    status: 410,
    title: { zh_CN: '已删除', en_US: 'Gone' },
    text: {
      zh_CN: '保留期已过，内容已删除；上传的计数仍可查询',
      en_US: "kept for as long as was set, and removed; the upload's counts are still there",
    },
  },
  TOO_LARGE: {
    status: 413,
    title: { zh_CN: '内容过大', en_US: 'Too large' },
    text: {
      zh_CN: '内容超过上限，未保存任何数据',
      en_US: 'more than is allowed; nothing was kept',
    },
    details: [
      {
        zh_CN: '超过 {maxRecords} 条记录，未保存任何数据',
        en_US: 'more than {maxRecords} records; nothing was kept',
      },
      {
        zh_CN: '有效记录中的号码超过 {maxNumbers} 个，请分多次上传，未保存任何数据',
        en_US:
          'more than {maxNumbers} numbers in valid records; nothing was kept: send them as several uploads',
      },
      {
        zh_CN: '有一行超过 {maxRowBytes} 字节，可能有未闭合的引号，未保存任何数据',
        en_US:
          'a row of more than {maxRowBytes} bytes, perhaps of a quote that is never closed; nothing was kept',
      },
      {
        zh_CN: '有一行超过 {maxLineBytes} 字节，未保存任何数据',
        en_US: 'a line of more than {maxLineBytes} bytes; nothing was kept',
      },
      {
        zh_CN: '一项超过 {maxItemBytes} 字节，未保存任何数据',
        en_US: 'an item of more than {maxItemBytes} bytes; nothing was kept',
      },
      {
        zh_CN: '一项超过 {maxItemValues} 个 JSON 值，未保存任何数据',
        en_US: 'an item of more than {maxItemValues} JSON values; nothing was kept',
      },
      {
        zh_CN: '除列表各项以外超过 {maxValues} 个 JSON 值，未保存任何数据',
        en_US: 'more than {maxValues} JSON values beside the items of its list; nothing was kept',
      },
      {
        zh_CN: '超过 {maxBytes} 字节，未保存任何数据',
        en_US: 'more than {maxBytes} bytes; nothing was kept',
      },
    ],
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: { zh_CN: '不支持的内容类型', en_US: 'Unsupported media type' },
    text: {
      zh_CN: '不支持该 Content-Type 或 Content-Encoding',
      en_US: 'this Content-Type or Content-Encoding is not understood here',
    },
    details: [
      {
        zh_CN: '不支持该类型，支持：{allowed}',
        en_US: 'not understood here; understood: {allowed}',
      },
    ],
  },
  EXPECTATION_FAILED: {
    status: 417,
    title: { zh_CN: '无法满足 Expect', en_US: 'Expectation failed' },
    text: {
      zh_CN: 'Expect 只支持 100-continue',
      en_US: 'nothing can be expected here but 100-continue',
    },
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: { zh_CN: 'Idempotency-Key 已用于其他请求', en_US: 'Idempotency-Key used before' },
    text: {
      zh_CN: '此 Idempotency-Key 属于另一个请求',
      en_US: 'this Idempotency-Key belongs to another request',
    },
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    title: { zh_CN: '请求头过大', en_US: 'Header fields too large' },
    text: {
      zh_CN: '请求头的总长度超过上限',
      en_US: 'the header fields together are longer than is allowed',
    },
  },
  INTERNAL: {
    status: 500,
    title: { zh_CN: '内部错误', en_US: 'Internal error' },
    text: {
      zh_CN: '服务内部出错，已记录',
      en_US: 'something went wrong inside the service, and was logged',
    },
  },
  NOT_IMPLEMENTED: {
    status: 501,
    title: { zh_CN: '不支持的传输编码', en_US: 'Unknown transfer coding' },
    text: {
      zh_CN: 'Transfer-Encoding 只支持 chunked',
      en_US: 'no Transfer-Encoding is understood here but chunked',
    },
  },
  UNAVAILABLE: {
    status: 503,
    title: { zh_CN: '服务暂不可用', en_US: 'Unavailable' },
    text: { zh_CN: '服务暂不可用，请稍后重试', en_US: 'not available now; try again later' },
  },
} as const satisfies Record<string, ProblemEntry>;

export type ProblemKind = keyof typeof PROBLEMS;

/** A problem without a code: the counterpart of a {@link Fault}, plain JSON data like it. */
export interface ProblemFault {
  readonly problem: ProblemKind;
  readonly place?: string;
  readonly params?: Params;
}

/** The body of `application/problem+json` (RFC 9457), with the members `code`, `place` and `nothingKept` added. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code?: string;
  readonly place?: string;
  /** Where it is certain that the request has not taken effect and never will; without it this is not known. */
  readonly nothingKept?: true;
}

/** A fault of either sort as a problem, in the reader's language. */
export function toProblem(fault: Fault | ProblemFault, locale: Locale): Problem {
  const place = fault.place === undefined ? {} : { place: fault.place };
  if ('code' in fault) {
    const { code, status, text } = codeEntry(fault.code);
    const type = `urn:dialgate:code:${code}`;
    const detail = describe(fault, locale);
    const kept = fault.nothingKept === undefined ? {} : { nothingKept: fault.nothingKept };
    return { type, title: text[locale], status, detail, code, ...place, ...kept };
  }
  const { status, title } = PROBLEMS[fault.problem];
  const type = `urn:dialgate:problem:${fault.problem.toLowerCase().replaceAll('_', '-')}`;
  return { type, title: title[locale], status, detail: describeProblem(fault, locale), ...place };
}

/** A problem without a code, thrown where a return value would not do. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly fault: ProblemFault;

  constructor(fault: ProblemFault, options?: ErrorOptions) {
    super(describeProblem(fault, 'en_US'), options);
    this.fault = fault;
  }
}

function describeProblem(fault: ProblemFault, locale: Locale): string {
  const text = render(PROBLEMS[fault.problem], locale, fault.params);
  return fault.place === undefined ? text : `${fault.place}: ${text}`;
}
