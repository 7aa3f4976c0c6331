import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atEnd } from './lifecycle.ts';

/** A request as the proxy has seen it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Whether the end of its body has come. */
  readonly isWhole: () => boolean;
}

/**
 * What becomes of a request:
 *
 * - `pass`: nothing special;
 * - `lose`: the service serves it to its end, and then the connection is cut: the answer is lost;
 * - `cut`: the same after so many bytes of the answer's body;
 * - `answer`: the service never hears of it;
 * - `silence`: neither does it, nor does the sender hear anything.
 */
export type Fate =
  | 'pass'
  | 'lose'
  | 'silence'
  | { readonly cutAfter: number }
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    };

/** Stands before a service, and loses what it is told to. Headers pass as they are, `Host` too: signatures stay right. */
export class HttpProxy {
  /** All that came, in order. */
  readonly seen: SeenRequest[] = [];
  readonly #target: URL;
  readonly #server: Server;
  readonly #fates: Fate[] = [];

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((incoming, outgoing) => {
      this.#serve(incoming, outgoing).catch(() => outgoing.destroy());
    });
  }

  static async before(target: string): Promise<HttpProxy> {
    const proxy = new HttpProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    atEnd(async () => {
      proxy.#server.closeAllConnections();
      proxy.#server.close();
      await once(proxy.#server, 'close');
    });
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What becomes of the next requests, one after the other; those behind them pass. */
  next(...fates: readonly Fate[]): void {
    this.#fates.push(...fates);
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = incoming;
    this.seen.push({ method, url, headers, isWhole: () => incoming.complete });
    const fate = this.#fates.shift() ?? 'pass';
    if (fate === 'silence') {
      incoming.resume();
      return;
    }
    if (typeof fate === 'object' && 'status' in fate) {
      await incoming.resume().toArray();
      outgoing.writeHead(fate.status, fate.headers).end(fate.body);
      return;
    }
    const answer = await this.#forward(incoming, outgoing);
    if (fate === 'lose') {
      await answer.toArray();
      outgoing.destroy();
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    let left = fate === 'pass' ? Infinity : fate.cutAfter;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      outgoing.write(chunk.subarray(0, left));
      left -= chunk.length;
      if (left <= 0) break;
    }
    if (left > 0) outgoing.end();
    else await cut(outgoing);
  }

  async #forward(incoming: IncomingMessage, outgoing: ServerResponse): Promise<IncomingMessage> {
    const { hostname, port } = this.#target;
    const { method, url: path, headers } = incoming;
    const request = forward({ agent: false, hostname, port, method, path, headers });
    // Who breaks off here has broken off there.
    outgoing.once('close', () => request.destroy());
    incoming.pipe(request);
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    return answer;
  }
}

/** Ends a connection when what was written has gone out. */
async function cut(outgoing: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    outgoing.write('', () => {
      resolve();
    });
  });
  outgoing.destroy();
}
