import type { FastifyReply } from 'fastify';

/** Calls back when the answer has been given, or its receiver has gone away. */
export function onGone({ raw }: FastifyReply, callback: () => void): void {
  if (raw.destroyed) callback();
  else raw.once('close', callback);
}
