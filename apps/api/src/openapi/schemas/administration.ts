import { ROLES } from '#auth';
import { MAX_VDN_ID } from '#domain';
import { MAX_KEY_NAME } from '#domain';
import { schema } from '../types.ts';
import type { Schema } from '../types.ts';
import {
  count,
  dateTime,
  dateTimeOrNull,
  pageOf,
  PROBLEM_REQUIRED,
  problemMembers,
} from './common.ts';

const NUMBER: Schema = { type: 'string', pattern: '^[0-9*#]{1,24}$' };

const KEY_MEMBERS: Readonly<Record<string, Schema>> = {
  accessKey: {
    type: 'string',
    pattern: '^[0-9a-z]{20}$',
    description: 'Names the key; no secret.',
  },
  vdnId: { type: 'integer', minimum: 1, maximum: MAX_VDN_ID },
  name: { type: 'string', maxLength: MAX_KEY_NAME },
  roles: { type: 'array', minItems: 1, items: schema('Role') },
  createdAt: dateTime('When it was issued.'),
  expiresAt: dateTimeOrNull('From when on it is not good any more; `null`: never.'),
  revokedAt: dateTimeOrNull('When it was revoked.'),
};

const SECRETS: Readonly<Record<string, Schema>> = {
  secretKey: { type: 'string', description: 'Signs requests (auth-v2). Told only here.' },
  token: { type: 'string', description: 'The bearer token. Told only here.' },
};

/** Of the blocklist, the keys and the operations. */
export const ADMINISTRATION_SCHEMAS: Readonly<Record<string, Schema>> = {
  BlocklistMembers: {
    type: 'object',
    required: ['numbers'],
    additionalProperties: false,
    properties: {
      numbers: {
        type: 'array',
        items: schema('NumberToBlock'),
      },
    },
  },
  NumberToBlock: {
    type: 'object',
    required: ['number'],
    additionalProperties: false,
    properties: {
      number: {
        type: 'string',
        description: 'Up to 24 digits, `*` and `#`; others are counted as invalid.',
      },
      expiresAt: dateTimeOrNull('Until when it counts; `null`: for ever.'),
    },
  },
  BlocklistChange: {
    type: 'object',
    required: ['added', 'updated', 'invalid'],
    properties: {
      added: count('Numbers that were not there, or whose time was over.'),
      updated: count('Numbers that were there; they have the expiry given.'),
      invalid: count('What is no number, and lines of a wrong form; they were left out.'),
    },
  },
  BlockedNumber: {
    type: 'object',
    required: ['number', 'expiresAt', 'createdAt'],
    properties: {
      number: NUMBER,
      expiresAt: dateTimeOrNull('Until when it counts; `null`: for ever.'),
      createdAt: dateTime('When it was added.'),
    },
  },
  BlocklistPage: pageOf('BlockedNumber'),
  Role: {
    type: 'string',
    enum: ROLES,
    description:
      '`uploader` adds numbers and reads; `dialer` calls; `admin` does both and all else.',
  },
  KeyMembers: {
    type: 'object',
    required: ['name', 'roles'],
    additionalProperties: false,
    properties: {
      name: KEY_MEMBERS.name,
      roles: KEY_MEMBERS.roles,
      expiresAt: dateTimeOrNull('`null` or absent: it does not expire.'),
    },
  },
  Key: { type: 'object', required: Object.keys(KEY_MEMBERS), properties: KEY_MEMBERS },
  IssuedKey: {
    type: 'object',
    required: [...Object.keys(KEY_MEMBERS), ...Object.keys(SECRETS)],
    properties: { ...KEY_MEMBERS, ...SECRETS },
  },
  KeyPage: pageOf('Key'),
  Live: {
    type: 'object',
    required: ['status'],
    properties: { status: { type: 'string', const: 'ok' } },
  },
  Ready: {
    type: 'object',
    required: ['status'],
    properties: { status: { type: 'string', const: 'ready' } },
  },
  NotReady: {
    type: 'object',
    required: [...PROBLEM_REQUIRED, 'missing'],
    properties: {
      ...problemMembers,
      missing: {
        type: 'array',
        minItems: 1,
        items: { type: 'string', enum: ['database', 'queue'] },
        description: 'What does not answer.',
      },
    },
  },
};
