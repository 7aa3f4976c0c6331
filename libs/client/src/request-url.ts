/**
 * Where a request goes. A service may stand under a path, which then comes before the request's.
 *
 * @param base where the service is
 * @param target a path from its first slash on, perhaps with a query
 */
export const requestUrl = (base: URL, target: string): URL =>
  new URL(`${base.origin}${base.pathname.replace(/\/$/, '')}${target}`);
