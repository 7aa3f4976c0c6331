export { loggable } from './loggable.ts';
export type { LoggableError } from './loggable.ts';
export { createLogger } from './logger.ts';
export type { Logger } from './logger.ts';
export { NestLog } from './nest-log.ts';
