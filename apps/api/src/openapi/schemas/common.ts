import { LOCALES, PROBLEMS, REGISTRY, toProblem } from '#errors';
import type { CodeKey, ProblemKind } from '#errors';
import { faultOf, titleOf } from '../problems.ts';
import type { Trouble } from '../problems.ts';
import { schema } from '../types.ts';
import type { Schema } from '../types.ts';

const CODE_KEYS = Object.keys(REGISTRY) as CodeKey[];
const FAULT_KEYS = CODE_KEYS.filter((key) => key !== 'SUCCESS');
const PROBLEM_KINDS = Object.keys(PROBLEMS) as ProblemKind[];

const typeOf = (trouble: Trouble): string => toProblem(faultOf(trouble), 'en_US').type;

export const dateTime = (description: string): Schema => ({
  type: 'string',
  format: 'date-time',
  description,
});

export const dateTimeOrNull = (description: string): Schema => ({
  ...dateTime(description),
  type: ['string', 'null'],
});

export const count = (description: string): Schema => ({
  type: 'integer',
  minimum: 0,
  description,
});

/** The code of the interface's Table 9 for every fault, with what each means in both languages. */
const Code: Schema = {
  type: 'string',
  description: [
    'The codes of Table 9 of the interface.',
    '',
    '| code | status of the problem | en_US | zh_CN |',
    '| --- | --- | --- | --- |',
    ...FAULT_KEYS.map((key) => {
      const { code, status, text } = REGISTRY[key];
      return `| ${code} | ${status} | ${LOCALES.toReversed()
        .map((l) => text[l])
        .join(' | ')} |`;
    }),
  ].join('\n'),
  enum: FAULT_KEYS.map((key) => REGISTRY[key].code),
};

export const problemMembers: Readonly<Record<string, Schema>> = {
  type: {
    type: 'string',
    format: 'uri',
    description: [
      'What kind of problem it is; the same in every language.',
      '',
      ...[...FAULT_KEYS, ...PROBLEM_KINDS].map((key) => `- \`${typeOf(key)}\`: ${titleOf(key)}`),
    ].join('\n'),
    enum: [...FAULT_KEYS, ...PROBLEM_KINDS].map(typeOf),
  },
  title: { type: 'string', description: 'The kind in words.' },
  status: { type: 'integer', minimum: 400, maximum: 599, description: 'The HTTP status.' },
  detail: { type: 'string', description: 'This occurrence in words, the offending place named.' },
  code: schema('Code'),
  place: {
    type: 'string',
    description: 'What is at fault: `callDataList[3].called[0].calledNo`, `batchSize`, `limit`.',
  },
  nothingKept: {
    type: 'boolean',
    description:
      'Of 503: `true` where it is certain that the request has not taken effect and never will. Without it this is not known.',
  },
};

export const PROBLEM_REQUIRED = ['type', 'title', 'status', 'detail'];

const Problem: Schema = {
  type: 'object',
  description: 'A problem in the form of RFC 9457.',
  required: PROBLEM_REQUIRED,
  properties: problemMembers,
};

export const COMMON_SCHEMAS: Readonly<Record<string, Schema>> = { Code, Problem };

/** A page of a list. */
export function pageOf(item: string): Schema {
  return {
    type: 'object',
    required: ['items', 'nextCursor'],
    properties: {
      items: { type: 'array', items: schema(item) },
      nextCursor: {
        type: ['string', 'null'],
        description: 'To be sent as `cursor` for the next page; `null` on the last one.',
      },
    },
  };
}
