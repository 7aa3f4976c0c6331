export { QueueBackend } from './backend.ts';
export type { QueueBackendOptions } from './backend.ts';
export { CallEvents } from './call-events.ts';
export { CallQueue } from './call-queue.ts';
export { Consumer } from './consumer.ts';
export type { ConsumerOptions, Outcome } from './consumer.ts';
export { LaneQueue } from './lane-queue.ts';
export { CALLS, LANES } from './names.ts';
export type { CallJob, LaneJob } from './names.ts';
export {
  assertQueueSchemaIsCurrent,
  migrateQueue,
  QueueSchemaOutdatedError,
} from './migrate-queue.ts';
