import { once } from 'node:events';
import { request as open } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

export interface RawRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: there is none. */
  readonly body?: string | Uint8Array;
  /** Says that the body has so many bytes, and sends none: what is answered then, the service knows without. */
  readonly declaredLength?: number;
}

/** An answer as it came, its body inflated. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One request on a connection of its own, by Node's client, which adds nothing that it is not told to. */
export async function exchange(
  baseUrl: string,
  { method, path, headers, body, declaredLength }: RawRequest,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(baseUrl);
  const length = declaredLength ?? (body === undefined ? undefined : Buffer.byteLength(body));
  const request = open({
    agent: false,
    hostname,
    port,
    method,
    path,
    headers: { ...headers, ...(length === undefined ? {} : { 'content-length': length }) },
  });
  if (declaredLength === undefined) request.end(body);
  else request.flushHeaders();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const answer = {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
    ),
    body: await bodyOf(response),
  };
  request.destroy();
  return answer;
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  if (response.headers['content-encoding'] !== 'gzip') return text(response);
  const chunks = (await response.toArray()) as Buffer[];
  return gunzipSync(Buffer.concat(chunks)).toString();
}
