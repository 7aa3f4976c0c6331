import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { ADMIN_TOKEN } from './backends.ts';
import { waitFor } from './time.ts';

/** The header line with the operator's token. */
export const AUTHORIZED = `Authorization: Bearer ${ADMIN_TOKEN}`;

/** The head of a request: its first line and its fields, without the line that ends it. */
export const head = (...lines: readonly string[]): string =>
  `${[lines[0], 'Host: localhost', ...lines.slice(1)].join('\r\n')}\r\n\r\n`;

/** What came back on a connection, taken apart. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  /** As it came: chunks are not joined. */
  readonly body: string;
}

/** A connection on which a test sends bytes that no client would. */
export class RawConnection {
  readonly #socket: Socket;
  #received = '';
  #ended = false;
  #closed = false;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    this.#socket.setEncoding('utf8');
    this.#socket.on('data', (text: string) => {
      this.#received += text;
    });
    this.#socket.on('end', () => (this.#ended = true));
    this.#socket.on('close', () => (this.#closed = true));
    // A server that has had enough may reset the connection: what came before is what counts.
    this.#socket.on('error', () => undefined);
  }

  get received(): string {
    return this.#received;
  }

  /** Bytes that the system has taken of what was sent. */
  get sent(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength;
  }

  send(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Sends the same bytes until the server ends the connection or `most` bytes are sent. */
  async flood(bytes: Uint8Array, most: number): Promise<void> {
    for (let sent = 0; sent < most && !this.isOver(); sent += bytes.length) {
      if (!this.#socket.write(bytes)) {
        await waitFor(() => !this.#socket.writableNeedDrain || this.isOver(), {
          what: 'the server to read on, or to answer',
        });
      }
    }
  }

  /** Sends nothing more; still hears. */
  finish(): void {
    this.#socket.end();
  }

  /** Breaks the connection off. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Whether the server has closed its side, or the connection is gone. */
  isOver(): boolean {
    return this.#ended || this.#closed;
  }

  /** Waits until so much has come that it matches. */
  async until(pattern: RegExp): Promise<void> {
    await waitFor(() => pattern.test(this.#received) || this.isOver(), {
      what: `an answer like ${String(pattern)}`,
    });
    if (!pattern.test(this.#received)) {
      throw new Error(`the connection ended with: ${JSON.stringify(this.#received)}`);
    }
  }

  /** Waits until the server has closed its side; answers with all answers that came, in order. */
  async answers(): Promise<RawAnswer[]> {
    await waitFor(() => this.isOver(), { what: 'the server to close the connection' });
    this.destroy();
    return this.#received
      .split(/(?=HTTP\/1\.1 \d{3} )/)
      .filter((text) => text !== '')
      .map((text) => {
        const [answerHead = '', ...rest] = text.split('\r\n\r\n');
        return { status: Number(text.slice(9, 12)), head: answerHead, body: rest.join('\r\n\r\n') };
      });
  }

  /** The same where there must be one. */
  async answer(): Promise<RawAnswer> {
    const answers = await this.answers();
    const [answer] = answers;
    if (answer === undefined || answers.length > 1) {
      throw new Error(`${answers.length} answers: ${JSON.stringify(this.#received)}`);
    }
    return answer;
  }
}
