/** What stands before the path in a target of absolute form (RFC 9112, 3.2.2), which is what proxies are sent. */
const BEFORE_PATH = /^https?:\/\/[^/?#]*/i;

/** The path and the query of a target as they were sent, in whichever form: what a signature covers. */
export function pathAndQuery(target: string): string {
  const [before] = BEFORE_PATH.exec(target) ?? [];
  if (before === undefined) return target;
  const rest = target.slice(before.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/**
 * The same for the router. It cannot decode every path, and would answer by itself, before anybody was asked who they are:
 * where an escape is malformed or not of UTF-8, all of them stand for themselves, and are part of no name that there is.
 */
export function routableTarget(target: string): string {
  const sent = pathAndQuery(target);
  if (!sent.includes('%')) return sent;
  const [path = ''] = sent.split(/[?#]/, 1);
  return isDecodable(path) ? sent : path.replaceAll('%', '%25') + sent.slice(path.length);
}

function isDecodable(path: string): boolean {
  try {
    decodeURI(path);
    return true;
  } catch {
    return false;
  }
}
