import { isIP } from 'node:net';
import { IsOptional } from 'class-validator';
import { Base64Bytes, Checked, Flag, OneOf, Text, WholeNumber } from './rules.ts';
import { databaseUrlProblem, redisUrlProblem } from './url-problems.ts';

const KIB = 1024;
const GIB = 1024 ** 3;

/** The levels of pino, from the quietest to the loudest. */
const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const isHost = (text: string): boolean =>
  isIP(text) !== 0 ||
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(text);

const isPath = (text: string): boolean => !text.includes('\0');

/** A zone of the IANA database. `Intl` knows offsets such as +08:00 too, and `TZ` can hold rules; both are refused. */
function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) {
    return false;
  }
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/**
 * Every variable that the service reads, under its own name, with its default and what it must be.
 * Which of them are mandatory depends on the program: see `MANDATORY` in settings.ts.
 */
export class Variables {
  @IsOptional()
  @Checked(databaseUrlProblem)
  DATABASE_URL?: string;

  @IsOptional()
  @Checked(redisUrlProblem)
  REDIS_URL?: string;

  @Text('must be an IP address or a host name, without a port', isHost)
  HOST = '127.0.0.1';

  /** 0: any free port, which the log then names. */
  @WholeNumber(0, 65_535)
  PORT = 8080;

  @Text('must be a path', isPath)
  DIALGATE_DATA_DIR = '.dialgate';

  /** It travels in an Authorization header: printable ASCII without blanks. */
  @IsOptional()
  @Text(
    'must be at least 32 characters, letters, digits and punctuation without blanks (openssl rand -hex 32 makes one)',
    (text) => /^[\x21-\x7e]{32,1024}$/.test(text),
  )
  DIALGATE_ADMIN_TOKEN?: string;

  @IsOptional()
  @Base64Bytes(32)
  DIALGATE_MASTER_KEY?: Buffer;

  @WholeNumber(1, 2000)
  ISALES_API_CALLDATA_MAX = 20;

  @Flag()
  ISALES_API_UNCOMPLATE_COUNT = true;

  @WholeNumber(1, 100_000_000)
  UPLOAD_MAX_RECORDS = 1_000_000;

  /** They are held in memory while the upload is received, to find repetitions. */
  @WholeNumber(1, 100_000_000)
  UPLOAD_MAX_NUMBERS = 3_000_000;

  @WholeNumber(1, 1024 * GIB)
  UPLOAD_MAX_BYTES: number = GIB;

  @WholeNumber(KIB, KIB * KIB)
  UPLOAD_MAX_LINE_BYTES: number = 64 * KIB;

  @WholeNumber(1, 100)
  WORKER_CONCURRENCY = 8;

  @WholeNumber(100, 600_000)
  SYNC_WAIT_MS = 10_000;

  @OneOf(LOG_LEVELS)
  LOG_LEVEL: LogLevel = 'info';

  @Text('must be a time zone of the IANA database, such as Asia/Shanghai or UTC', isTimeZone)
  TZ = 'UTC';

  @WholeNumber(1, 600)
  SHUTDOWN_SECONDS = 20;

  @WholeNumber(100, 60_000)
  SWEEP_INTERVAL_MS = 1000;

  @WholeNumber(5, 3600)
  RECEIVING_TIMEOUT_SECONDS = 60;

  @WholeNumber(1, 86_400)
  AUTH_WINDOW_SECONDS = 900;

  @IsOptional()
  @WholeNumber(4, 200)
  DATABASE_POOL_SIZE?: number;

  @IsOptional()
  @Text('must be a path', isPath)
  TLS_CERT_FILE?: string;

  @IsOptional()
  @Text('must be a path', isPath)
  TLS_KEY_FILE?: string;

  @WholeNumber(1, 600)
  HEADER_TIMEOUT_SECONDS = 15;

  @WholeNumber(1, 1024 * KIB)
  BODY_MIN_BYTES_PER_SECOND: number = KIB;

  @WholeNumber(1, 600)
  BODY_RATE_WINDOW_SECONDS = 30;

  /** Longer than that of a proxy in front, or the proxy meets connections that were just closed. */
  @WholeNumber(1, 3600)
  KEEP_ALIVE_SECONDS = 72;

  /** 0: for ever; so for the next two. */
  @WholeNumber(0, 36_500)
  RETENTION_RECEIPTS_DAYS = 30;

  @WholeNumber(0, 36_500)
  RETENTION_RECORDS_DAYS = 30;

  @WholeNumber(0, 36_500)
  RETENTION_UPLOADS_DAYS = 90;

  @WholeNumber(24, 87_600)
  IDEMPOTENCY_HOURS = 24;
}
