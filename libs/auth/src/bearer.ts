/**
 * The token of an `Authorization: Bearer …` header (RFC 6750, 2.1), or null where it is none. The scheme's name counts
 * in any case (RFC 9110, 11.1).
 */
export function bearerToken(header: string | undefined): string | null {
  return /^bearer ([A-Za-z0-9\-._~+/]+=*)$/i.exec(header ?? '')?.[1] ?? null;
}
