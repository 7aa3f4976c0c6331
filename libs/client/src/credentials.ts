import { randomUUID } from 'node:crypto';
import { Signing } from '#auth';

/** A token, or a pair of keys that every request is signed with. */
export type ClientCredentials =
  { readonly token: string } | { readonly accessKey: string; readonly secretKey: string };

/** A request as it is about to be sent. */
export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  /** The body's bytes; empty where there is none. */
  readonly body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

export const isSigning = (
  credentials: ClientCredentials,
): credentials is Exclude<ClientCredentials, { readonly token: string }> =>
  'secretKey' in credentials;

/** Headers whose change on the way would change what is done. */
const SIGNED = ['content-encoding', 'content-type', 'idempotency-key'];

/** Makes equal requests of one moment differ: a signature is good once. */
const NONCE = 'dialgate-nonce';

/**
 * Adds the credentials to the headers. A signature covers the body, which stands behind the headers: it is gone through
 * here, and then again when it is sent.
 */
export async function authorize(credentials: ClientCredentials, request: Outgoing): Promise<void> {
  const { method, url, headers, body } = request;
  if (!isSigning(credentials)) {
    headers.set('authorization', `Bearer ${credentials.token}`);
    return;
  }
  headers.set(NONCE, randomUUID());
  const signed = [...SIGNED, NONCE].flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  const signing = new Signing(credentials, {
    method,
    url: `${url.pathname}${url.search}`,
    headers: { host: url.host, ...Object.fromEntries(signed) },
    timestamp: new Date().toISOString(),
  });
  for await (const chunk of body) signing.update(chunk);
  headers.set('authorization', signing.authorization());
}
