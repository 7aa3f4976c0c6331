import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { resolve } from 'node:path';
import { readSettings } from './settings.ts';
import type { Program } from './settings.ts';
import { SettingsError } from './settings-error.ts';

const complete = {
  DATABASE_URL: 'postgres://u:p@localhost/dialgate',
  DIALGATE_ADMIN_TOKEN: 'a'.repeat(32),
  DIALGATE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
};

/** The variables that are complained about. */
function complaints(environment: Record<string, string | undefined>, program: Program): string[] {
  try {
    readSettings(environment, program);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) {
      throw error;
    }
    return error.problems.map(({ variable }) => variable);
  }
}

test('without any variable the defaults of the documentation hold', () => {
  expect(readSettings({}, 'standalone')).toEqual({
    databaseUrl: undefined,
    redisUrl: undefined,
    host: '127.0.0.1',
    port: 8080,
    dataDir: resolve('.dialgate'),
    adminToken: undefined,
    masterKey: undefined,
    callDataMax: 20,
    countIncomplete: true,
    uploadMaxRecords: 1_000_000,
    uploadMaxNumbers: 3_000_000,
    uploadMaxBytes: 1_073_741_824,
    uploadMaxLineBytes: 65_536,
    workerConcurrency: 8,
    syncWaitMs: 10_000,
    logLevel: 'info',
    timeZone: 'UTC',
    shutdownSeconds: 20,
    sweepIntervalMs: 1000,
    receivingTimeoutSeconds: 60,
    databasePoolSize: 16,
    tls: null,
    headerTimeoutSeconds: 15,
    bodyMinBytesPerSecond: 1024,
    bodyRateWindowSeconds: 30,
    keepAliveSeconds: 72,
    authWindowSeconds: 900,
    retention: { receiptsDays: 30, recordsDays: 30, uploadsDays: 90, idempotencyHours: 24 },
  });
});

test.each([
  [{}, 16],
  [{ WORKER_CONCURRENCY: '1' }, 16],
  [{ WORKER_CONCURRENCY: '9' }, 18],
  [{ WORKER_CONCURRENCY: '100' }, 200],
  [{ WORKER_CONCURRENCY: '100', DATABASE_POOL_SIZE: '20' }, 20],
])(
  'the pool has a connection for each batch and each call, or what it is told: %j',
  (env, size) => {
    expect(readSettings(env, 'standalone').databasePoolSize).toBe(size);
  },
);

test('variables become numbers, flags and bytes, in one frozen object', () => {
  const settings = readSettings(
    { ...complete, PORT: '0', ISALES_API_UNCOMPLATE_COUNT: 'false', TZ: 'Asia/Shanghai' },
    'api',
  );
  expect(settings).toMatchObject({ port: 0, countIncomplete: false, timeZone: 'Asia/Shanghai' });
  expect(settings.databaseUrl).toBe(complete.DATABASE_URL);
  expect(settings.masterKey.equals(Buffer.alloc(32, 7))).toBe(true);
  expect(Object.isFrozen(settings)).toBe(true);
});

test.each<[Program, string[]]>([
  ['api', ['DATABASE_URL', 'DIALGATE_ADMIN_TOKEN', 'DIALGATE_MASTER_KEY']],
  ['worker', ['DATABASE_URL']],
  ['migrate', ['DATABASE_URL']],
  ['standalone', []],
])('%s cannot do without %j', (program, mandatory) => {
  expect(complaints({}, program)).toEqual(mandatory);
  expect(complaints(complete, program)).toEqual([]);
});

test('a variable that is set to nothing is not set', () => {
  expect(readSettings({ PORT: '', REDIS_URL: '', TZ: '' }, 'standalone')).toMatchObject({
    port: 8080,
    redisUrl: undefined,
    timeZone: 'UTC',
  });
  expect(complaints({ ...complete, DATABASE_URL: '' }, 'api')).toEqual(['DATABASE_URL']);
});

const NUMBERS: [name: string, min: number, max: number][] = [
  ['PORT', 0, 65_535],
  ['ISALES_API_CALLDATA_MAX', 1, 2000],
  ['UPLOAD_MAX_RECORDS', 1, 100_000_000],
  ['UPLOAD_MAX_BYTES', 1, 1024 ** 4],
  ['UPLOAD_MAX_NUMBERS', 1, 100_000_000],
  ['UPLOAD_MAX_LINE_BYTES', 1024, 1_048_576],
  ['WORKER_CONCURRENCY', 1, 100],
  ['SYNC_WAIT_MS', 100, 600_000],
  ['SHUTDOWN_SECONDS', 1, 600],
  ['SWEEP_INTERVAL_MS', 100, 60_000],
  ['RECEIVING_TIMEOUT_SECONDS', 5, 3600],
  ['AUTH_WINDOW_SECONDS', 1, 86400],
  ['DATABASE_POOL_SIZE', 4, 200],
  ['HEADER_TIMEOUT_SECONDS', 1, 600],
  ['BODY_MIN_BYTES_PER_SECOND', 1, 1_048_576],
  ['BODY_RATE_WINDOW_SECONDS', 1, 600],
  ['KEEP_ALIVE_SECONDS', 1, 3600],
  ['AUTH_WINDOW_SECONDS', 1, 86_400],
];

describe.each(NUMBERS)('%s', (name, min, max) => {
  test.each([min, max])('may be %d', (value) => {
    expect(complaints({ [name]: String(value) }, 'standalone')).toEqual([]);
  });

  test.each([
    String(min - 1),
    String(max + 1),
    `0${max}`,
    ` ${max}`,
    `${max}\n`,
    `+${max}`,
    '1e3',
    '1.0',
    '0x10',
    '1_000',
    '10s',
    'NaN',
    '٣',
    '9'.repeat(400),
  ])('may not be %j', (text) => {
    expect(complaints({ [name]: text }, 'standalone')).toEqual([name]);
  });
});

test.each([
  ['DATABASE_URL', 'postgresql://localhost'],
  ['DATABASE_URL', 'postgres:///dialgate?host=/run/postgresql'],
  ['REDIS_URL', 'rediss://:secret@example.test:6380/2'],
  ['HOST', '::'],
  ['HOST', '0.0.0.0'],
  ['HOST', 'api.example.test'],
  ['LOG_LEVEL', 'silent'],
  ['TZ', 'Etc/GMT+8'],
  ['ISALES_API_UNCOMPLATE_COUNT', 'true'],
])('%s may be %j', (name, text) => {
  expect(complaints({ [name]: text }, 'standalone')).toEqual([]);
});

test.each([
  ['DATABASE_URL', 'mysql://localhost/dialgate'],
  ['DATABASE_URL', 'localhost:5432'],
  ['DATABASE_URL', 'postgres://u:p#x@localhost/dialgate'],
  ['DATABASE_URL', 'postgres://u:p@localhost:70000/dialgate'],
  ['DATABASE_URL', 'postgres://u:p@localhost/dialgate?sslrootcert=/nowhere/not-to-be-shown'],
  ['REDIS_URL', 'redis://localhost/abc'],
  ['REDIS_URL', 'localhost:6379'],
  ['REDIS_URL', 'http://localhost:6379'],
  ['HOST', 'http://localhost'],
  ['HOST', 'localhost:8080'],
  ['HOST', '-'],
  ['DIALGATE_DATA_DIR', 'a\0b'],
  ['DIALGATE_ADMIN_TOKEN', 'a'.repeat(31)],
  ['DIALGATE_ADMIN_TOKEN', `${'a'.repeat(32)} `],
  ['DIALGATE_MASTER_KEY', Buffer.alloc(31).toString('base64')],
  ['DIALGATE_MASTER_KEY', Buffer.alloc(33).toString('base64')],
  ['DIALGATE_MASTER_KEY', Buffer.alloc(32).toString('hex')],
  ['DIALGATE_MASTER_KEY', ` ${Buffer.alloc(32).toString('base64')}`],
  ['LOG_LEVEL', 'INFO'],
  ['TZ', 'Mars/Olympus'],
  ['TZ', '+08:00'],
  ['TZ', ':/etc/localtime'],
  ['ISALES_API_UNCOMPLATE_COUNT', 'TRUE'],
  ['ISALES_API_UNCOMPLATE_COUNT', '1'],
])('%s may not be %j', (name, text) => {
  expect(complaints({ [name]: text }, 'standalone')).toEqual([name]);
});

test('everything wrong is named at once, with what is allowed', () => {
  const environment = { PORT: 'http', DIALGATE_ADMIN_TOKEN: 'short', LOG_LEVEL: 'loud' };
  expect(() => readSettings(environment, 'worker')).toThrow(
    new SettingsError([
      {
        variable: 'DATABASE_URL',
        remedy:
          'is not set: this program has no database of its own (postgres://user:password@host:port/name)',
      },
      { variable: 'PORT', remedy: 'must be a whole number from 0 to 65535, in digits alone' },
      {
        variable: 'DIALGATE_ADMIN_TOKEN',
        remedy:
          'must be at least 32 characters, letters, digits and punctuation without blanks (openssl rand -hex 32 makes one)',
      },
      {
        variable: 'LOG_LEVEL',
        remedy: 'must be one of silent, fatal, error, warn, info, debug, trace',
      },
    ]),
  );
});

test.each([
  ['mysql://u:p@localhost', 'must be a URL that begins with postgres:// or postgresql://'],
  ['postgres://u:p@localhost:70000/x', 'must have a port from 0 to 65535'],
  ['postgres://u:p#x@localhost/x', 'must be a URL: in users and passwords write %23 for #'],
  [
    'postgres://localhost/x?sslmode=verify-full&sslrootcert=/nowhere/x',
    'must name a file that can be read in sslrootcert (ENOENT)',
  ],
  ['postgres://localhost/x?sslkey=%2F', 'must name a file that can be read in sslkey (EISDIR)'],
])('DATABASE_URL=%s %s', (DATABASE_URL, remedy) => {
  expect(() => readSettings({ DATABASE_URL }, 'worker')).toThrow(`DATABASE_URL ${remedy}`);
});

test.each([
  ['http://localhost', 'must be a URL that begins with redis:// or rediss://'],
  ['redis://localhost:70000', 'must have a port from 0 to 65535'],
  ['redis://localhost/abc', 'must be redis://host:port/database with a number as the database'],
])('REDIS_URL=%s %s', (REDIS_URL, remedy) => {
  expect(() => readSettings({ REDIS_URL }, 'standalone')).toThrow(`REDIS_URL ${remedy}`);
});

test('a complaint never shows the value', () => {
  const names = [...NUMBERS.map(([name]) => name), 'DATABASE_URL', 'DIALGATE_MASTER_KEY', 'TZ'];
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.string({ minLength: 8, maxLength: 40 }),
      (name, text) => {
        try {
          readSettings({ [name]: text }, 'standalone');
        } catch (error) {
          expect((error as Error).message).not.toContain(text);
        }
      },
    ),
  );
});

test('variables of others are left alone', () => {
  expect(readSettings({ PATH: '/bin', constructor: 'x' }, 'standalone')).not.toHaveProperty('PATH');
});

describe('TLS', () => {
  const file = import.meta.filename;

  test.each([
    [{ TLS_CERT_FILE: file }, ['TLS_KEY_FILE']],
    [{ TLS_KEY_FILE: file }, ['TLS_CERT_FILE']],
    [
      { TLS_CERT_FILE: '/nowhere/cert', TLS_KEY_FILE: '/nowhere/key' },
      ['TLS_CERT_FILE', 'TLS_KEY_FILE'],
    ],
    [{ TLS_CERT_FILE: file, TLS_KEY_FILE: file }, ['TLS_CERT_FILE', 'TLS_KEY_FILE']],
  ])('%j is wrong for those that serve', (environment, expected) => {
    expect(complaints(environment, 'standalone')).toEqual(expected);
    expect(complaints({ ...complete, ...environment }, 'api')).toEqual(expected);
    expect(complaints({ ...complete, ...environment }, 'worker')).toEqual([]);
  });
});

describe('how long what has ended is kept', () => {
  const of = (receipts: string, records: string, uploads: string, hours = ''): object => ({
    ...complete,
    RETENTION_RECEIPTS_DAYS: receipts,
    RETENTION_RECORDS_DAYS: records,
    RETENTION_UPLOADS_DAYS: uploads,
    IDEMPOTENCY_HOURS: hours,
  });

  test('0 is for ever', () => {
    const { retention } = readSettings({ ...of('7', '0', '0', '48') }, 'worker');
    expect(retention).toEqual({
      receiptsDays: 7,
      recordsDays: Infinity,
      uploadsDays: Infinity,
      idempotencyHours: 48,
    });
  });

  test.each<[environment: object, wrong: string[]]>([
    [of('30', '30', '30'), []],
    [of('0', '0', '0'), []],
    [of('1', '1', '1', '24'), []],
    [of('30', '29', '90'), ['RETENTION_RECORDS_DAYS']],
    [of('30', '30', '29'), ['RETENTION_UPLOADS_DAYS']],
    [of('0', '90', '90'), ['RETENTION_RECORDS_DAYS', 'RETENTION_UPLOADS_DAYS']],
    [of('1', '1', '1', '25'), ['RETENTION_UPLOADS_DAYS']],
    [of('1', '1', '0', '25'), []],
    [of('30', '30', '90', '23'), ['IDEMPOTENCY_HOURS']],
    [of('-1', '30', '90'), ['RETENTION_RECEIPTS_DAYS']],
  ])('%j', (environment, wrong) => {
    expect(complaints({ ...environment }, 'worker').sort()).toEqual(wrong);
    expect(complaints({ ...environment }, 'standalone').sort()).toEqual(wrong);
  });
});
