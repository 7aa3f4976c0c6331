import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { allows } from '#auth';
import type { Role } from '#auth';
import { parseVdnId } from '#domain';
import { ProblemError } from '#errors';
import { allOrNothing } from '#persistence';
import { NEEDED_ROLES, PUBLIC, STREAMED } from './access.ts';
import { Authenticator } from './authenticator.ts';
import { setCaller } from './caller.ts';
import type { Caller } from './caller.ts';

/** Lets a request through to its handler when its sender is known (else 401) and may do this here (else 403). */
@Injectable()
export class AccessGuard implements CanActivate {
  readonly #reflector = new Reflector();
  readonly #authenticator: Authenticator;

  constructor(authenticator: Authenticator) {
    this.#authenticator = authenticator;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    const marked = (mark: symbol): unknown => this.#reflector.getAllAndOverride(mark, targets);
    if (marked(PUBLIC) === true) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const isStreamed = marked(STREAMED) === true;
    const caller = await allOrNothing(this.#authenticator.authenticate(request, isStreamed));
    const roles = (marked(NEEDED_ROLES) ?? []) as readonly Role[];
    if (!mayDo(caller, roles) || !mayEnter(caller, request)) {
      throw new ProblemError({ problem: 'FORBIDDEN' });
    }
    setCaller(request, caller);
    return true;
  }
}

function mayDo(caller: Caller, needed: readonly Role[]): boolean {
  return caller.kind === 'operator' || needed.some((role) => allows(caller.roles, role));
}

/** Another VDN's paths are closed, whether or not anything is there. What is no VDN's ID is told as that, later. */
export function mayEnter(caller: Caller, { params }: FastifyRequest): boolean {
  const { vdnId } = params as { vdnId?: string };
  if (caller.kind === 'operator' || vdnId === undefined) return true;
  const asked = parseVdnId(vdnId);
  return typeof asked === 'object' || asked === caller.vdnId;
}
