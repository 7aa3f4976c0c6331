import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { ADMIN_TOKEN } from '../support/backends.ts';
import { waitFor } from '../support/time.ts';

export interface RawAnswer {
  readonly status: number;
  /** The head as it came. */
  readonly head: string;
  readonly body: string;
}

const BOUNDARY = '\r\n\r\n';

/**
 * A request over a bare socket, so that a test can stop in the middle of its body, break it off, say that it is longer
 * than it is, or not listen to the answer until all is sent.
 */
export class OpenRequest {
  private readonly socket: Socket;
  private received = '';
  private closed = false;
  private listening = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('utf8');
    socket.on('close', () => {
      this.closed = true;
    });
    // What it means for the answer, `answer` says.
    socket.on('error', () => undefined);
  }

  /** Connects, and sends the head. `headers` go in as they are; the operator's token is added. */
  static async post(
    url: string,
    path: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<OpenRequest> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const request = new OpenRequest(socket);
    const lines = Object.entries({
      host: `${hostname}:${port}`,
      authorization: `Bearer ${ADMIN_TOKEN}`,
      ...headers,
    }).map(([name, value]) => `${name}: ${value}`);
    await request.send([`POST ${path} HTTP/1.1`, ...lines].join('\r\n') + BOUNDARY);
    return request;
  }

  /** Resolves once the system has taken it; rejects when the server has closed the connection. */
  async send(bytes: string | Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.socket.write(bytes, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /** One chunk of a body that is sent with `transfer-encoding: chunked`; the last one is empty. */
  async chunk(text: string): Promise<void> {
    await this.send(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
  }

  /** Until the server is about to read the body; `expect: 100-continue` must be among the headers. Listens from now on. */
  async invited(): Promise<void> {
    this.listen();
    const end = await waitFor(() => this.headEnd(), { what: 'the word to send' });
    if (!this.received.startsWith('HTTP/1.1 100 ')) throw new Error(`answered ${this.received}`);
    this.received = this.received.slice(end);
  }

  /** Listens from now on, and resolves with the answer when its body (which must have a length) is there. */
  async answer(): Promise<RawAnswer> {
    this.listen();
    return waitFor(() => this.parse(), { what: 'an answer' });
  }

  /** Breaks off: the connection is closed without another byte. */
  cutOff(): void {
    this.socket.destroy();
  }

  private listen(): void {
    if (this.listening) return;
    this.listening = true;
    this.socket.on('data', (text: string) => {
      this.received += text;
    });
  }

  /** Where the first head that was received ends, with its empty line; undefined: there is none yet. */
  private headEnd(): number | undefined {
    const boundary = this.received.indexOf(BOUNDARY);
    if (boundary >= 0) return boundary + BOUNDARY.length;
    this.assertOpen();
    return undefined;
  }

  private parse(): RawAnswer | undefined {
    const end = this.headEnd();
    if (end === undefined) return undefined;
    const head = this.received.slice(0, end - BOUNDARY.length);
    const length = /^content-length: (\d+)$/im.exec(head)?.[1];
    const body = this.received.slice(end);
    if (Buffer.byteLength(body) < Number(length)) {
      this.assertOpen();
      return undefined;
    }
    return { status: Number(head.split(' ')[1]), head, body };
  }

  private assertOpen(): void {
    if (this.closed) throw new Error(`closed without a whole answer: ${this.received}`);
  }
}
