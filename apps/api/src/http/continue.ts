import type { IncomingMessage, Server, ServerResponse } from 'node:http';

const waiting = new WeakMap<IncomingMessage, ServerResponse>();

/**
 * Has clients that ask first (`Expect: 100-continue`, as curl does before it sends much) be told to send when their body
 * is about to be read, and not before: a refusal then costs them nothing.
 */
export function holdContinue(server: Server): void {
  server.on('checkContinue', (request, response) => {
    waiting.set(request, response);
    server.emit('request', request, response);
  });
}

/** Tells the client to send, if it is waiting for that. */
export function letSend(request: IncomingMessage): void {
  waiting.get(request)?.writeContinue();
  waiting.delete(request);
}
