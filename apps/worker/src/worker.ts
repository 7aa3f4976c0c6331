import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { explain } from '#lifecycle';
import { NestLog } from '#logging';
import type { Logger } from '#logging';
import { LaneQueue } from '#queue';
import type { Consumer } from '#queue';
import { queueServerOf } from '#servers';
import type { Servers } from '#servers';
import { LaneWaker } from './lane-waker.ts';
import type { Recurring } from './recurring.ts';
import { Sweeper } from './sweeper.ts';
import { Upkeep } from './upkeep.ts';
import { CALL_CONSUMER, LANE_CONSUMER, WorkerModule } from './worker.module.ts';
import type { WorkerSettings } from './worker.module.ts';

/** A running worker. */
export interface Worker {
  /** Takes nothing new, and finishes or gives back what was begun. The servers stay connected. */
  stop(): Promise<void>;
}

/** Starts a worker on servers that are connected. */
export async function startWorker(
  settings: WorkerSettings,
  servers: Servers,
  log: Logger,
): Promise<Worker> {
  const app = await NestFactory.createApplicationContext(
    WorkerModule.with(settings, servers, log),
    { logger: new NestLog(log), abortOnError: false },
  );
  const consumers = [LANE_CONSUMER, CALL_CONSUMER].map((token) =>
    app.get<Consumer<unknown>>(token),
  );
  const recurring = [Sweeper, LaneWaker, Upkeep].map((work) => app.get<Recurring>(work));
  const stop = async (): Promise<void> => {
    await Promise.all([
      ...recurring.map((work) => work.stop()),
      ...consumers.map((consumer) => consumer.close()),
    ]);
    await app.get(LaneQueue).close();
    await app.close();
  };
  try {
    await explain(queueServerOf(servers.backend), () =>
      Promise.all(consumers.map((consumer) => consumer.ready())),
    );
    for (const work of recurring) work.start();
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
