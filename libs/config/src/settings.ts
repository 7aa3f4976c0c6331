import { resolve } from 'node:path';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { Environment } from './environment.ts';
import { fileInTheWay } from './file-in-the-way.ts';
import { SettingsError } from './settings-error.ts';
import type { SettingsProblem } from './settings-error.ts';
import { readTlsPair, TlsPairError } from './tls-pair.ts';
import type { TlsFiles } from './tls-pair.ts';
import { Variables } from './variables.ts';
import type { LogLevel } from './variables.ts';

/** What a program may be told by its environment; the variables' names are in `Variables`. */
export interface Settings {
  /** DATABASE_URL. Undefined: an embedded Postgres. */
  readonly databaseUrl: string | undefined;
  /** REDIS_URL. Undefined: BullMQ keeps its queues in Postgres. */
  readonly redisUrl: string | undefined;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** DIALGATE_DATA_DIR, absolute. */
  readonly dataDir: string;
  /** DIALGATE_ADMIN_TOKEN, the operator's. */
  readonly adminToken: string | undefined;
  /** DIALGATE_MASTER_KEY, 32 bytes. */
  readonly masterKey: Buffer | undefined;
  /** ISALES_API_CALLDATA_MAX: records per synchronous call where the campaign does not say. */
  readonly callDataMax: number;
  /** ISALES_API_UNCOMPLATE_COUNT: whether `totalSize` counts the campaign's incomplete records, or the call's alone. */
  readonly countIncomplete: boolean;
  readonly uploadMaxRecords: number;
  /** Numbers of an upload's valid records. */
  readonly uploadMaxNumbers: number;
  readonly uploadMaxBytes: number;
  readonly uploadMaxLineBytes: number;
  /** Batches at a time per worker process. */
  readonly workerConcurrency: number;
  /** How long a synchronous call waits for its verdict before it is withdrawn. */
  readonly syncWaitMs: number;
  readonly logLevel: LogLevel;
  /** TZ: the IANA zone in which `recycleTime` is read. */
  readonly timeZone: string;
  /** How long a graceful stop may take. */
  readonly shutdownSeconds: number;
  /** How often a worker looks for lost wake-ups. */
  readonly sweepIntervalMs: number;
  /** An upload whose receiver has been silent for so long is removed. */
  readonly receivingTimeoutSeconds: number;
  /** How far the timestamp of a signature may be from this machine's clock, either way. */
  readonly authWindowSeconds: number;
  /** Connections to Postgres per process. */
  readonly databasePoolSize: number;
  /** TLS_CERT_FILE and TLS_KEY_FILE, absolute. Null: plain HTTP. */
  readonly tls: TlsFiles | null;
  /** How long the head of a request may take. */
  readonly headerTimeoutSeconds: number;
  /** A sender of a body that is slower than this, averaged over the window, is not waited for. */
  readonly bodyMinBytesPerSecond: number;
  readonly bodyRateWindowSeconds: number;
  /** How long a connection without a request stays open. */
  readonly keepAliveSeconds: number;
  /** How long what has ended is kept. */
  readonly retention: RetentionSettings;
}

/** Infinity: for ever. Neither records nor uploads are kept shorter than receipts, nor uploads than their keys. */
export interface RetentionSettings {
  readonly receiptsDays: number;
  readonly recordsDays: number;
  readonly uploadsDays: number;
  readonly idempotencyHours: number;
}

/** The programs that read settings. They differ in what they cannot do without. */
export type Program = 'api' | 'worker' | 'standalone' | 'migrate' | 'keys';

interface Mandatory {
  api: 'databaseUrl' | 'adminToken' | 'masterKey';
  worker: 'databaseUrl';
  migrate: 'databaseUrl';
  keys: 'databaseUrl' | 'masterKey';
  standalone: never;
}

/** The settings of a program; what is mandatory for it is there. */
export type SettingsOf<P extends Program> = Settings & {
  readonly [Name in Mandatory[P]]: Exclude<Settings[Name], undefined>;
};

type Optional = 'DATABASE_URL' | 'DIALGATE_ADMIN_TOKEN' | 'DIALGATE_MASTER_KEY';

const MANDATORY: Record<Program, readonly Optional[]> = {
  api: ['DATABASE_URL', 'DIALGATE_ADMIN_TOKEN', 'DIALGATE_MASTER_KEY'],
  worker: ['DATABASE_URL'],
  migrate: ['DATABASE_URL'],
  keys: ['DATABASE_URL', 'DIALGATE_MASTER_KEY'],
  standalone: [],
};

const REASONS: Record<Optional, string> = {
  DATABASE_URL: 'this program has no database of its own (postgres://user:password@host:port/name)',
  DIALGATE_ADMIN_TOKEN:
    "the operator's token, at least 32 characters (openssl rand -hex 32 makes one)",
  DIALGATE_MASTER_KEY:
    '32 bytes in base64 that encrypt stored keys (openssl rand -base64 32 makes them)',
};

/**
 * Reads a program's settings. A variable that is set to the empty string counts as not set: that is how compose files
 * and shells write "none". Everything else is read strictly, and nothing wrong is replaced by its default.
 *
 * The standalone program reads twice: once as `standalone`, and, when its database and secrets are there, as `api` with
 * those added to the environment; so generated secrets pass the same rules as given ones.
 *
 * @returns one frozen object, with numbers, flags and bytes instead of text
 * @throws SettingsError with every wrong and missing variable
 */
export function readSettings<P extends Program>(
  environment: Environment,
  program: P,
): SettingsOf<P> {
  const given = Object.entries(environment).filter(([, text]) => text !== undefined && text !== '');
  const variables = plainToInstance(Variables, Object.fromEntries(given), {
    excludeExtraneousValues: true,
    exposeDefaultValues: true,
  });
  const problems = [
    ...missing(variables, program),
    ...wrong(variables),
    ...(SERVING.has(program) ? wrongTls(variables) : []),
    ...(WORKING.has(program) ? wrongRetention(variables) : []),
    ...(program === 'standalone' ? wrongDataFolder(variables) : []),
  ];
  if (problems.length > 0) {
    throw new SettingsError(problems);
  }
  // The types of what is mandatory: `missing` has found none of it undefined.
  return Object.freeze(toSettings(variables)) as SettingsOf<P>;
}

const missing = (variables: Variables, program: Program): SettingsProblem[] =>
  MANDATORY[program]
    .filter((variable) => variables[variable] === undefined)
    .map((variable) => ({ variable, remedy: `is not set: ${REASONS[variable]}` }));

const wrong = (variables: Variables): SettingsProblem[] =>
  validateSync(variables).map(({ property, constraints }) => ({
    variable: property,
    remedy: Object.values(constraints ?? {}).join('; '),
  }));

/** The key is the API's alone: a worker with the same settings need not be able to read it. */
const SERVING: ReadonlySet<Program> = new Set<Program>(['api', 'standalone']);

function wrongTls({ TLS_CERT_FILE, TLS_KEY_FILE }: Variables): readonly SettingsProblem[] {
  if (TLS_CERT_FILE === undefined && TLS_KEY_FILE === undefined) return [];
  if (TLS_KEY_FILE === undefined) {
    return [{ variable: 'TLS_KEY_FILE', remedy: 'is not set, and TLS_CERT_FILE is: set both' }];
  }
  if (TLS_CERT_FILE === undefined) {
    return [{ variable: 'TLS_CERT_FILE', remedy: 'is not set, and TLS_KEY_FILE is: set both' }];
  }
  try {
    readTlsPair({ certFile: TLS_CERT_FILE, keyFile: TLS_KEY_FILE });
    return [];
  } catch (error) {
    if (error instanceof TlsPairError) return error.problems;
    throw error;
  }
}

/** Where everything is given that the folder would hold, it is not used. */
function wrongDataFolder(variables: Variables): SettingsProblem[] {
  if (missing(variables, 'api').length === 0) return [];
  const folder = resolve(variables.DIALGATE_DATA_DIR);
  const file = fileInTheWay(folder);
  if (file === null) return [];
  const what = file === folder ? 'is a file' : 'a folder above it is a file';
  const remedy = `must be a folder, and ${what}: move that file away, or name another folder`;
  return [{ variable: 'DIALGATE_DATA_DIR', remedy }];
}

/** Who removes what has been kept for long enough. */
const WORKING: ReadonlySet<Program> = new Set<Program>(['worker', 'standalone']);

const forEverIsLongest = (days: number): number => (days === 0 ? Infinity : days);

const retentionOf = (variables: Variables): RetentionSettings => ({
  receiptsDays: forEverIsLongest(variables.RETENTION_RECEIPTS_DAYS),
  recordsDays: forEverIsLongest(variables.RETENTION_RECORDS_DAYS),
  uploadsDays: forEverIsLongest(variables.RETENTION_UPLOADS_DAYS),
  idempotencyHours: variables.IDEMPOTENCY_HOURS,
});

function wrongRetention(variables: Variables): SettingsProblem[] {
  const { receiptsDays, recordsDays, uploadsDays, idempotencyHours } = retentionOf(variables);
  const problems: SettingsProblem[] = [];
  const least = 'must be 0 (for ever) or at least';
  const receipts = `${least} RETENTION_RECEIPTS_DAYS`;
  // A receipt is made of the record, and belongs to the upload.
  if (recordsDays < receiptsDays) {
    problems.push({
      variable: 'RETENTION_RECORDS_DAYS',
      remedy: `${receipts}: receipts are made of records`,
    });
  }
  if (uploadsDays < receiptsDays) {
    problems.push({
      variable: 'RETENTION_UPLOADS_DAYS',
      remedy: `${receipts}: receipts belong to uploads`,
    });
  }
  if (uploadsDays * 24 < idempotencyHours) {
    problems.push({
      variable: 'RETENTION_UPLOADS_DAYS',
      remedy: `${least} IDEMPOTENCY_HOURS: a key goes with its upload`,
    });
  }
  return problems;
}

const tlsFiles = ({ TLS_CERT_FILE, TLS_KEY_FILE }: Variables): TlsFiles | null =>
  TLS_CERT_FILE === undefined || TLS_KEY_FILE === undefined
    ? null
    : { certFile: resolve(TLS_CERT_FILE), keyFile: resolve(TLS_KEY_FILE) };

/** A worker admits so many batches and so many calls at a time, each on a connection of its own. */
const defaultPoolSize = ({ WORKER_CONCURRENCY }: Variables): number =>
  Math.max(16, 2 * WORKER_CONCURRENCY);

const toSettings = (variables: Variables): Settings => ({
  databaseUrl: variables.DATABASE_URL,
  redisUrl: variables.REDIS_URL,
  host: variables.HOST,
  port: variables.PORT,
  dataDir: resolve(variables.DIALGATE_DATA_DIR),
  adminToken: variables.DIALGATE_ADMIN_TOKEN,
  masterKey: variables.DIALGATE_MASTER_KEY,
  callDataMax: variables.ISALES_API_CALLDATA_MAX,
  countIncomplete: variables.ISALES_API_UNCOMPLATE_COUNT,
  uploadMaxRecords: variables.UPLOAD_MAX_RECORDS,
  uploadMaxNumbers: variables.UPLOAD_MAX_NUMBERS,
  uploadMaxBytes: variables.UPLOAD_MAX_BYTES,
  uploadMaxLineBytes: variables.UPLOAD_MAX_LINE_BYTES,
  workerConcurrency: variables.WORKER_CONCURRENCY,
  syncWaitMs: variables.SYNC_WAIT_MS,
  logLevel: variables.LOG_LEVEL,
  timeZone: variables.TZ,
  shutdownSeconds: variables.SHUTDOWN_SECONDS,
  sweepIntervalMs: variables.SWEEP_INTERVAL_MS,
  receivingTimeoutSeconds: variables.RECEIVING_TIMEOUT_SECONDS,
  authWindowSeconds: variables.AUTH_WINDOW_SECONDS,
  databasePoolSize: variables.DATABASE_POOL_SIZE ?? defaultPoolSize(variables),
  tls: tlsFiles(variables),
  headerTimeoutSeconds: variables.HEADER_TIMEOUT_SECONDS,
  bodyMinBytesPerSecond: variables.BODY_MIN_BYTES_PER_SECOND,
  bodyRateWindowSeconds: variables.BODY_RATE_WINDOW_SECONDS,
  keepAliveSeconds: variables.KEEP_ALIVE_SECONDS,
  retention: retentionOf(variables),
});
