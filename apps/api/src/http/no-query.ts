import { UseGuards } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { QueryPipe } from './query.pipe.ts';

const nothing = new QueryPipe({});

const guard = {
  canActivate(context: ExecutionContext): boolean {
    nothing.transform(context.switchToHttp().getRequest<FastifyRequest>().query);
    return true;
  },
};

/** Marks what knows no query parameters: a request with one gets 400, once its sender is known. */
export const NoQuery = (): ClassDecorator & MethodDecorator => UseGuards(guard);
