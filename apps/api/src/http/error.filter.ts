import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Fault, ProblemFault, ProblemKind } from '#errors';
import { CODE, codeEntry, DomainError, ProblemError, toProblem } from '#errors';
import type { Logger } from '#logging';
import { isDatabaseError, NothingKeptError } from '#persistence';
import { refusal } from '../calldata/envelope.ts';
import { namesType } from './accept.ts';
import { isCompatible, localeOf } from './face.ts';
import { IncomingBody } from './incoming-body.ts';
import { rateLimit } from './rate-limit.ts';

/** How long a caller should wait, in seconds, before it tries a service again that has failed. */
const RETRY_SECONDS = 5;

/** The methods of requests that have no effect. */
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** What Nest's and Fastify's own errors are, by their status. */
const BY_STATUS: Readonly<Record<number, ProblemKind>> = {
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  406: 'NOT_ACCEPTABLE',
  413: 'TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/**
 * Turns whatever a request has thrown into its answer: the envelope for codes on the compatible face, unless the caller
 * asked for problems, and problems (RFC 9457) for all else.
 */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const { body } = request;
    if (!(body instanceof IncomingBody) || !body.isUnproved) {
      this.#answer(error, request, reply);
      return;
    }
    // What there is, who may do what, and what is wrong with the body, is no business of one who has not proved to know the
    // secret: the rest is read for the signature, and a wrong one is what is answered then.
    body.readAway().then(
      () => {
        this.#answer(error, request, reply);
      },
      (failure: unknown) => {
        this.#answer(failure, request, reply);
      },
    );
  }

  #answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (request.raw.destroyed && !request.raw.complete) {
      this.#log.info({ requestId: request.id }, 'The sender broke off');
      reply.raw.destroy();
      return;
    }
    const fault = this.#faultOf(error, request);
    const locale = localeOf(request);
    if ('code' in fault && isCompatible(request) && !wantsProblems(request)) {
      void setRetryAfter(reply, fault)
        .status(fault.code === CODE.DATABASE_ERROR ? 503 : 200)
        .header('content-type', 'application/json; charset=utf-8')
        .send(refusal(fault, locale));
      return;
    }
    const problem = toProblem(fault, locale);
    if (fault.place === 'Content-Encoding') setAcceptEncoding(reply, fault);
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
    void setRetryAfter(reply, fault)
      .status(problem.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .send(problem);
  }

  #faultOf(error: unknown, request: FastifyRequest): Fault | ProblemFault {
    if (error instanceof DomainError || error instanceof ProblemError) return error.fault;
    if (isDatabaseError(error)) {
      this.#log.error({ err: error, requestId: request.id }, 'The database failed');
      const code = CODE.DATABASE_ERROR;
      if (error instanceof NothingKeptError) return { code, nothingKept: true };
      // A commit whose answer was lost may have happened.
      return READING.has(request.method) ? { code } : { code, params: { outcome: 'lostOutcome' } };
    }
    const status = statusOf(error);
    const problem = BY_STATUS[status];
    if (problem !== undefined) return { problem };
    if (status >= 400 && status < 500) return { problem: 'BAD_PARAMETER' };
    this.#log.error({ err: error, requestId: request.id }, 'A request failed');
    return { problem: 'INTERNAL' };
  }
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : 500;
}

/** Which codings would have been understood (RFC 9110, 15.5.16). */
function setAcceptEncoding(reply: FastifyReply, { params }: Fault | ProblemFault): void {
  void reply.header('accept-encoding', params?.allowed);
}

function wantsProblems({ headers: { accept } }: FastifyRequest): boolean {
  return namesType(accept, 'application/problem+json', 'application/json');
}

/**
 * `Retry-After` in whole seconds, rounded up: after 0200022 what is left of the interval, with the fields of the rate limit;
 * after a failure a while, or until a slot can be had.
 */
function setRetryAfter(reply: FastifyReply, fault: Fault | ProblemFault): FastifyReply {
  if (!('code' in fault)) return reply;
  const { retryAfterMs, intervalMs } = fault.params ?? {};
  const seconds = typeof retryAfterMs === 'number' ? Math.ceil(retryAfterMs / 1000) : undefined;
  if (codeEntry(fault.code).status === 503) {
    return reply.header('retry-after', Math.max(seconds ?? RETRY_SECONDS, 1));
  }
  if (seconds === undefined) return reply;
  return reply
    .headers(rateLimit(Number(intervalMs), Number(retryAfterMs)))
    .header('retry-after', seconds);
}
