import type { RecordLimits } from '#domain';
import {
  checkRecordForCampaign,
  checkRecordForm,
  DEFAULT_RECORD_LIMITS,
  readRecord,
} from '#domain';
import { cpuTime } from './cpu.ts';
import { recordLines } from './records.ts';
import type { Report } from './report.ts';

const RECORDS = 50_000;
/** Parsed, then checked, at a time: about as many as a chunk of a body holds. */
const AT_ONCE = 500;
const ROUNDS = 10;

/** A campaign that asks for all that one can ask for. */
const STRICT: RecordLimits = {
  ...DEFAULT_RECORD_LIMITS,
  minNumberLength: 3,
  requireNumberType: true,
  requireJsonCallData: true,
};

/** µs of CPU a record. */
interface Costs {
  readonly parse: number;
  readonly check: number;
  readonly read: number;
}

/**
 * The rules over a record on its way through an upload, as a ratio to `JSON.parse` of the same record; for records such
 * as clients send, for records with every member in Chinese, and for a campaign that asks for JSON in `callData`.
 */
export function validate(): Promise<Report> {
  const usual = measure([...recordLines('1', RECORDS)], DEFAULT_RECORD_LIMITS);
  const strict = measure([...recordLines('1', RECORDS)], STRICT);
  const full = measure([...fullRecords(RECORDS)], DEFAULT_RECORD_LIMITS);
  return Promise.resolve({
    name: `validate: ${RECORDS} records`,
    measures: [
      { name: 'JSON.parse', value: usual.parse, unit: 'µs' },
      { name: 'the rules', value: usual.check, unit: 'µs', most: 3 },
      { name: 'reading what has columns of its own', value: usual.read, unit: 'µs' },
      { name: 'the rules, callData must be JSON', value: strict.check, unit: 'µs', most: 3 },
      { name: 'JSON.parse, every member, Chinese', value: full.parse, unit: 'µs' },
      { name: 'the rules, every member, Chinese', value: full.check, unit: 'µs', most: 3 },
      { name: 'reading, every member, Chinese', value: full.read, unit: 'µs' },
    ],
    ratio: {
      of: 'the rules to JSON.parse',
      value: usual.check / usual.parse,
      reach: 2,
      better: 'lower',
    },
  });
}

function measure(lines: readonly string[], limits: RecordLimits): Costs {
  const rounds = Array.from({ length: ROUNDS }, () => once(lines, limits));
  const least = (cost: keyof Costs): number =>
    (Math.min(...rounds.map((round) => round[cost])) * 1000) / lines.length;
  return { parse: least('parse'), check: least('check'), read: least('read') };
}

/** The steps of an upload one by one, over values that were just parsed. */
function once(lines: readonly string[], limits: RecordLimits): Costs {
  let [parse, check, read] = [0, 0, 0];
  for (let at = 0; at < lines.length; at += AT_ONCE) {
    const some = lines.slice(at, at + AT_ONCE);
    const begun = cpuTime();
    const values = some.map((line) => JSON.parse(line) as unknown);
    const parsed = cpuTime();
    for (const value of values) {
      const fault = checkRecordForm(value, limits) ?? checkRecordForCampaign(value, limits);
      if (fault !== null) throw new Error(`a record made here is not right: ${fault.code}`);
    }
    const checked = cpuTime();
    const records = values.map((value) => readRecord(value, 'Asia/Shanghai'));
    read += cpuTime() - checked;
    parse += parsed - begun;
    check += checked - parsed;
    if (records.length !== some.length) throw new Error('a record was lost');
  }
  return { parse, check, read };
}

function* fullRecords(count: number): Generator<string> {
  for (let i = 0; i < count; i++) {
    yield JSON.stringify({
      sessionId: `会话${i}`,
      called: ['0', '1'].map((digit) => ({
        calledNo: `1${String(i).padStart(9, '0')}${digit}`,
        delayTime: '86400',
        type: '手机号码',
      })),
      caller: '4008001234',
      customField: '林子航先生上海市浦东新区'.repeat(5),
      recycleTime: '2026-12-31 23:59:59',
      callData: JSON.stringify({ 姓名: '林子航', 地址: '上海市浦东新区世纪大道'.repeat(10) }),
      priority: '1',
    });
  }
}
