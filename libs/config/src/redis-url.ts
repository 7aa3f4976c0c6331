/** A host and its port. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** How one gets in. */
export interface RedisAccess {
  readonly username?: string;
  readonly password?: string;
  readonly tls: boolean;
}

/** What REDIS_URL names. */
export type RedisServers =
  | { readonly kind: 'single'; readonly url: string }
  | ({ readonly kind: 'cluster'; readonly nodes: readonly RedisAddress[] } & RedisAccess)
  | ({
      readonly kind: 'sentinel';
      readonly sentinels: readonly RedisAddress[];
      /** What the sentinels call the servers that they watch. */
      readonly name: string;
      readonly database: number;
      /** The sentinels' own; they do not ask for that of the servers. */
      readonly sentinelUsername?: string;
      readonly sentinelPassword?: string;
    } & RedisAccess);

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;

/**
 * Reads REDIS_URL, in one of its forms:
 *
 * - `redis://user:password@host:port/database`: one server. A query is ioredis's: `?family=6`.
 * - several of these with commas between them, without databases: some nodes of a Cluster.
 * - `redis-sentinel://user:password@host:port,host:port/database#name`, as Lettuce writes it: sentinels.
 *
 * `rediss` instead of `redis` is TLS, for sentinels too.
 *
 * @returns null where it is none of them
 */
export function readRedisUrl(text: string): RedisServers | null {
  // A comma in a password is no separator.
  const urls = text.split(/,(?=rediss?:\/\/)/);
  if (/^rediss?-sentinel:/.test(text)) return readSentinel(text);
  return urls.length === 1 ? readSingle(text) : readCluster(urls);
}

function readSingle(text: string): RedisServers | null {
  const url = parse(text);
  // ioredis also takes a database from the query, and does not look at it.
  if (url === null || !isDatabase(url.pathname) || url.searchParams.has('db')) return null;
  return { kind: 'single', url: text };
}

function readCluster(texts: readonly string[]): RedisServers | null {
  const urls = texts.flatMap((text) => parse(text) ?? []);
  const [first] = urls;
  const differs = (url: URL): boolean =>
    url.protocol !== first?.protocol ||
    url.username !== first.username ||
    url.password !== first.password ||
    !/^\/?$/.test(url.pathname) ||
    url.search !== '';
  if (first === undefined || urls.length < texts.length || urls.some(differs)) return null;
  const nodes = urls.map((url) => addressOf(url, REDIS_PORT));
  return { kind: 'cluster', nodes, ...accessOf(first) };
}

function readSentinel(text: string): RedisServers | null {
  const form = /^(rediss?)-sentinel:\/\/([^@/?#]*@)?([^@/?#]+)(\/[^?#]*)?(\?[^#]*)?#(.+)$/;
  const [, scheme = '', access = '', hosts = '', path = '', query = '', name = ''] =
    form.exec(text) ?? [];
  const texts = hosts.split(',').map((host) => `${scheme}://${access}${host}`);
  const urls = texts.flatMap((each) => parse(each) ?? []);
  const own = new URLSearchParams(query);
  const known = ['sentinelUsername', 'sentinelPassword'];
  const [first] = urls;
  if (
    first === undefined ||
    urls.length < texts.length ||
    !isDatabase(path) ||
    Array.from(own.keys()).some((key) => !known.includes(key))
  ) {
    return null;
  }
  return {
    kind: 'sentinel',
    sentinels: urls.map((url) => addressOf(url, SENTINEL_PORT)),
    name,
    database: Number(path.slice(1)),
    ...Object.fromEntries(own),
    ...accessOf(first),
  };
}

/** Null for what is no URL of Redis with one host, or whose percent signs mean nothing. */
function parse(text: string): URL | null {
  if (!/^rediss?:\/\//.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  try {
    decodeURIComponent(url.username + url.password);
  } catch {
    return null;
  }
  return /^$|,/.test(url.hostname) || url.hash !== '' ? null : url;
}

const isDatabase = (path: string): boolean => /^(\/[0-9]{0,9})?$/.test(path);

const addressOf = ({ hostname, port }: URL, otherwise: number): RedisAddress => ({
  host: hostname.replace(/^\[(.*)\]$/, '$1'),
  port: port === '' ? otherwise : Number(port),
});

const accessOf = ({ protocol, username, password }: URL): RedisAccess => ({
  ...(username === '' ? {} : { username: decodeURIComponent(username) }),
  ...(password === '' ? {} : { password: decodeURIComponent(password) }),
  tls: protocol === 'rediss:',
});
