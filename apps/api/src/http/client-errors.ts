import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ProblemKind } from '#errors';
import { toProblem } from '#errors';
import type { Logger } from '#logging';
import { closeLingering, isPatienceSpent } from './linger.ts';

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What Node could not read, by the codes of its errors. Others are of connections that have broken. */
function problemOf(code: string): ProblemKind | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') return 'HEADERS_TOO_LARGE';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'REQUEST_TIMEOUT';
  return code.startsWith('HPE_') ? 'BROKEN_REQUEST' : undefined;
}

/**
 * Answers what is not HTTP, or comes too slowly to ever be a request, with a problem like any other error, and closes the
 * connection. Where the fault lies behind a request that came in whole, that one is answered first.
 */
export class ClientErrors {
  readonly #log: Logger;
  /** The latest request of each connection. */
  readonly #latest = new WeakMap<object, Exchange>();
  readonly #refused = new WeakSet<Socket>();

  constructor(log: Logger) {
    this.#log = log;
  }

  watch(server: Server): void {
    server.on('request', (request, response) => {
      this.#latest.set(request.socket, { request, response });
    });
  }

  readonly handler = (error: { code?: string }, socket: Socket): void => {
    if (this.#refused.has(socket)) {
      // It goes on sending what still cannot be read.
      if (!socket.readable || isPatienceSpent(socket)) socket.destroy();
      return;
    }
    const problem = problemOf(error.code ?? '');
    if (problem === undefined || !socket.writable) {
      socket.destroy();
      return;
    }
    this.#refused.add(socket);
    const latest = this.#latest.get(socket);
    if (latest === undefined || latest.response.writableFinished) {
      this.#refuse(socket, problem);
    } else if (latest.request.complete) {
      latest.response.once('finish', () => {
        this.#refuse(socket, problem);
      });
    } else if (latest.response.socket === socket && !latest.response.headersSent) {
      this.#refuse(socket, problem);
    } else {
      socket.destroy();
    }
  };

  #refuse(socket: Socket, kind: ProblemKind): void {
    // The answer before may have closed the connection.
    if (!socket.writable) return;
    const problem = toProblem({ problem: kind }, 'en_US');
    this.#log.info({ status: problem.status, problem: problem.type }, 'No request');
    const body = JSON.stringify(problem);
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `Date: ${new Date().toUTCString()}`,
      'Connection: close',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    closeLingering(socket);
  }
}
