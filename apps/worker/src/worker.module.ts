import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { SettingsOf } from '#config';
import type { Logger } from '#logging';
import { CALLS, Consumer, LaneQueue, LANES } from '#queue';
import type { CallJob, LaneJob } from '#queue';
import type { Servers } from '#servers';
import { CallProcessor } from './call.processor.ts';
import { LaneProcessor } from './lane.processor.ts';
import { LaneWaker } from './lane-waker.ts';
import { Sweeper } from './sweeper.ts';
import { Upkeep } from './upkeep.ts';

export type WorkerSettings = SettingsOf<'worker'>;

/** The tokens of the two consumers, which are of one class. */
export const LANE_CONSUMER = Symbol('lane consumer');
export const CALL_CONSUMER = Symbol('call consumer');

/**
 * Lanes taken at a time for each batch that may be admitted at a time: most of them only wait the last moments before
 * their slot.
 */
const LANES_PER_BATCH = 8;

/** A worker's wiring: what it takes from the queues, and what it looks after by itself. */
@Module({})
export class WorkerModule {
  static with(
    settings: WorkerSettings,
    { database, backend }: Servers,
    log: Logger,
  ): DynamicModule {
    const { workerConcurrency, sweepIntervalMs, retention } = settings;
    const onFailure = (error: Error): void => {
      log.error({ err: error }, 'A job failed; its work is brought back');
    };
    return {
      module: WorkerModule,
      providers: [
        { provide: LaneQueue, useFactory: () => new LaneQueue(backend) },
        {
          provide: LaneProcessor,
          useFactory: () => new LaneProcessor(database, workerConcurrency),
        },
        {
          provide: CallProcessor,
          useFactory: () =>
            new CallProcessor(database, ({ vdnId, campaignId }) => {
              log.warn({ vdnId, campaignId }, 'A campaign is held; its calls are tried again');
            }),
        },
        {
          provide: Sweeper,
          inject: [LaneQueue],
          useFactory: (lanes: LaneQueue) => new Sweeper(database, lanes, sweepIntervalMs, log),
        },
        {
          provide: LaneWaker,
          inject: [LaneQueue],
          useFactory: (lanes: LaneQueue) => new LaneWaker(database, lanes, sweepIntervalMs, log),
        },
        { provide: Upkeep, useFactory: () => new Upkeep(database, retention, log) },
        {
          provide: LANE_CONSUMER,
          inject: [LaneProcessor],
          useFactory: (processor: LaneProcessor) =>
            new Consumer<LaneJob>(backend, {
              queue: LANES,
              concurrency: workerConcurrency * LANES_PER_BATCH,
              handle: (job, stopping) => processor.process(job, stopping),
              onFailure,
            }),
        },
        {
          provide: CALL_CONSUMER,
          inject: [CallProcessor],
          useFactory: (processor: CallProcessor) =>
            new Consumer<CallJob>(backend, {
              queue: CALLS,
              concurrency: workerConcurrency,
              handle: (job, stopping) => processor.process(job, stopping),
              onFailure,
            }),
        },
      ],
    };
  }
}
