import type { FastifyRequest } from 'fastify';
import type { Role } from '#auth';

/** Who a request comes from: the operator, who may do everything everywhere, or the holder of a VDN's key. */
export type Caller =
  | { readonly kind: 'operator' }
  | {
      readonly kind: 'key';
      readonly accessKey: string;
      readonly vdnId: number;
      readonly roles: readonly Role[];
    };

export const OPERATOR: Caller = { kind: 'operator' };

const callers = new WeakMap<FastifyRequest, Caller>();

/** Called by the guard, once. */
export function setCaller(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller);
}

/** Who a request comes from. Behind the guard. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error('a request came past the guard');
  return caller;
}

/** The VDN that a request may see things of by their IDs; null: of all. Behind the guard. */
export function visibleVdn(request: FastifyRequest): number | null {
  const caller = callerOf(request);
  return caller.kind === 'operator' ? null : caller.vdnId;
}

/** The access key of the key that a request is sent with; null: it is the operator's. Behind the guard. */
export function accessKeyOf(request: FastifyRequest): string | null {
  const caller = callerOf(request);
  return caller.kind === 'operator' ? null : caller.accessKey;
}
