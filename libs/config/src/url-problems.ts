import { readFileSync } from 'node:fs';
import { readRedisUrl } from './redis-url.ts';

/** What is wrong with a URL that must be of one of these schemes, as a remedy; null: nothing. */
export function urlProblem(text: string, schemes: readonly string[]): string | null {
  if (!schemes.some((scheme) => text.startsWith(`${scheme}://`))) {
    return `must be a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`;
  }
  if (URL.canParse(text)) return null;
  const port = /^[a-z]+:\/\/[^/?#]*:([0-9]+)(?=[/?#]|$)/.exec(text)?.[1];
  if (Number(port) > 65_535) return 'must have a port from 0 to 65535';
  return 'must be a URL: in users and passwords write %23 for #, %2F for /, %3F for ?, %40 for @';
}

/** DIALGATE_URL: paths and queries of requests are put behind it. */
export function serviceUrlProblem(text: string): string | null {
  const problem = urlProblem(text, ['http', 'https']);
  if (problem !== null) return problem;
  const { username, password, search, hash } = new URL(text);
  if (username !== '' || password !== '') {
    return 'must not have a user or a password: who is calling is said by a token or a pair of keys';
  }
  return search === '' && hash === '' ? null : 'must end with its path, without ? and #';
}

/** Parameters of DATABASE_URL that name files, which node-postgres reads whenever it connects. */
const FILES = ['sslrootcert', 'sslcert', 'sslkey'];

export function databaseUrlProblem(text: string): string | null {
  const problem = urlProblem(text, ['postgres', 'postgresql']);
  if (problem !== null) return problem;
  const parameters = new URL(text).searchParams;
  for (const name of FILES) {
    const file = parameters.get(name);
    if (file === null || file === '') continue;
    try {
      readFileSync(file);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
      return `must name a file that can be read in ${name} (${code})`;
    }
  }
  return null;
}

export function redisUrlProblem(text: string): string | null {
  if (readRedisUrl(text) !== null) return null;
  const schemes = ['redis', 'rediss', 'redis-sentinel', 'rediss-sentinel'];
  return (
    urlProblem(text, schemes) ??
    'must be redis://host:port/database with a number as the database, or, without one, several of these with commas ' +
      'between them, or redis-sentinel://host,host#name (see docs/operations.md)'
  );
}
