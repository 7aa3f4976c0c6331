import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import pTimeout from 'p-timeout';
import { toProblem } from '#errors';
import { Database } from '#persistence';
import { QueueBackend } from '#queue';
import { Public } from '../access/access.ts';

/** How long a server may take to answer before it counts as missing. */
const PATIENCE_MS = 2_000;

@Controller()
@Public()
export class HealthController {
  readonly #checks: Readonly<Record<string, () => Promise<void>>>;

  constructor(database: Database, queue: QueueBackend) {
    this.#checks = { database: () => database.ping(), queue: () => queue.ping() };
  }

  /** The process lives. */
  @Get('healthz')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** The servers that the process needs answer; 503 with the names of those that do not. */
  @Get('readyz')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const answers = await Promise.all(
      Object.entries(this.#checks).map(async ([name, check]) =>
        (await isAnswered(check)) ? [] : [name],
      ),
    );
    const missing = answers.flat();
    if (missing.length === 0) return { status: 'ready' };
    void reply.status(503).header('content-type', 'application/problem+json; charset=utf-8');
    return { ...toProblem({ problem: 'UNAVAILABLE' }, 'en_US'), missing };
  }
}

async function isAnswered(check: () => Promise<void>): Promise<boolean> {
  try {
    await pTimeout(check(), { milliseconds: PATIENCE_MS });
    return true;
  } catch {
    return false;
  }
}
