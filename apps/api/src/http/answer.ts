import type { FastifyReply } from 'fastify';

/** An answer that can be kept, and given again. */
export interface Answer<T extends object = object> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: T;
}

export function give<T extends object>(
  reply: FastifyReply,
  { status, headers, body }: Answer<T>,
): T {
  void reply.status(status).headers(headers);
  return body;
}

/** Gives an answer that was given before, or would have been, to a repetition of its request. */
export function giveAgain(reply: FastifyReply, answer: Answer): object {
  void reply.header('idempotent-replayed', 'true');
  return give(reply, answer);
}
