import type { Locale } from '#errors';
import { Blocklist } from './blocklist.ts';
import { Calls } from './calls.ts';
import { Campaigns } from './campaigns.ts';
import { Connection } from './connection.ts';
import type { ClientCredentials } from './credentials.ts';
import { Dialer } from './dialer.ts';
import { Keys } from './keys.ts';
import type { RetrySettings } from './retry.ts';
import { DEFAULT_RETRY } from './retry.ts';
import { Uploads } from './uploads.ts';

export interface ClientOptions {
  /** Of the service, such as `https://dialgate.example`, or `https://example.org/dialgate` where it stands under a path. */
  readonly baseUrl: string;
  readonly credentials: ClientCredentials;
  /** Default: Node's. */
  readonly fetch?: typeof fetch;
  /** The language of descriptions. Default `en_US`. */
  readonly locale?: Locale;
  /** What differs from the defaults. */
  readonly retry?: Partial<RetrySettings>;
  /** How long the service may be silent while it is its turn. Default 60,000 ms. */
  readonly answerTimeoutMs?: number;
}

/** The service, for programs that use it. Holds no connection of its own that would have to be closed. */
export class DialgateClient {
  readonly blocklist: Blocklist;
  readonly calls: Calls;
  readonly campaigns: Campaigns;
  readonly dialer: Dialer;
  readonly keys: Keys;
  readonly uploads: Uploads;

  /** @throws TypeError when `baseUrl` is no URL of HTTP, or has more than a path behind its host */
  constructor(options: ClientOptions) {
    const retry = { ...DEFAULT_RETRY, ...options.retry };
    const connection = new Connection({
      baseUrl: readBaseUrl(options.baseUrl),
      credentials: options.credentials,
      fetch: options.fetch ?? fetch,
      locale: options.locale ?? 'en_US',
      retry,
      answerTimeoutMs: options.answerTimeoutMs ?? 60_000,
    });
    this.blocklist = new Blocklist(connection);
    this.calls = new Calls(connection);
    this.campaigns = new Campaigns(connection);
    this.dialer = new Dialer(connection);
    this.keys = new Keys(connection);
    this.uploads = new Uploads(connection, retry);
  }
}

function readBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol) || !isPlain(url)) {
    throw new TypeError(
      'baseUrl must be a URL that begins with http:// or https://, without a user, a password, a query or a fragment',
    );
  }
  return url;
}

/** What else a URL can have belongs to one request, or is no credential of ours. */
const isPlain = ({ username, password, search, hash }: URL): boolean =>
  username + password + search + hash === '';
