import { sign } from '#auth';
import { ApiClient } from '../support/api-client.ts';
import type { Answer } from '../support/api-client.ts';

type Role = 'uploader' | 'dialer' | 'admin';

/** A key as it is answered once, when it is made. */
export interface IssuedKey {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly token: string;
  readonly vdnId: number;
}

/** Makes a key. `client` is the operator's, or an admin's. */
export async function issueKey(
  client: ApiClient,
  vdn: number,
  roles: readonly Role[] = ['uploader'],
  members: object = {},
): Promise<IssuedKey> {
  const answer = await client.send<IssuedKey>('POST', `/v1/vdns/${vdn}/keys`, {
    json: { name: 'of a test', roles, ...members },
  });
  if (answer.status !== 201) throw new Error(`answered ${answer.status}: ${answer.text}`);
  return answer.json();
}

export interface SignedRequest {
  readonly method?: string;
  /** Path and query. */
  readonly path: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the headers, those to sign besides `host`. */
  readonly signed?: readonly string[];
  /** Default: now, with milliseconds. */
  readonly timestamp?: string;
}

let fresh = 0;

/**
 * The Authorization of a request to the service at `url`. A header with a fresh value is signed too, so that no two
 * requests of a test have the same one by accident, unless the caller says which headers are signed.
 */
export function authorize(
  url: string,
  key: Pick<IssuedKey, 'accessKey' | 'secretKey'>,
  { method = 'GET', path, body = '', headers = {}, signed, timestamp }: SignedRequest,
): Record<string, string> {
  fresh += 1;
  const sent = signed === undefined ? { ...headers, 'x-fresh': String(fresh) } : headers;
  const names = signed ?? ['x-fresh'];
  const authorization = sign(
    key,
    {
      method,
      url: path,
      headers: {
        host: new URL(url).host,
        ...Object.fromEntries(names.map((name) => [name, sent[name] ?? ''])),
      },
      timestamp: timestamp ?? new Date().toISOString(),
    },
    body,
  );
  return { ...sent, authorization };
}

/** Signs a request and sends it. */
export function sendSigned<T = unknown>(
  url: string,
  key: Pick<IssuedKey, 'accessKey' | 'secretKey'>,
  request: SignedRequest,
): Promise<Answer<T>> {
  const headers = authorize(url, key, request);
  return sendAs(url, { ...request, headers });
}

/** Sends a request whose headers are complete. */
export function sendAs<T = unknown>(
  url: string,
  { method = 'GET', path, body, headers = {} }: SignedRequest,
): Promise<Answer<T>> {
  return new ApiClient(url, null).send<T>(method, path, {
    headers,
    ...(body === undefined ? {} : { body }),
  });
}

/** `path` of the compatible call, and its body. */
export const callRequest = (vdn: number, campaign: number, list: readonly unknown[]) => ({
  method: 'POST',
  path: `/rest/isales/v2/openapi/campaigns/${vdn}/calldata/${campaign}`,
  body: JSON.stringify({ callDataList: list }),
  headers: { 'content-type': 'application/json; charset=UTF-8' },
});
