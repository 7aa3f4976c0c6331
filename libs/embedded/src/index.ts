export { ensureFolder } from './ensure-folder.ts';
export { EmbeddedError, EmbeddedInUseError } from './errors.ts';
export { withFolder } from './folder-errors.ts';
export { keepSecret } from './secrets.ts';
export { startEmbeddedPostgres } from './start.ts';
export type { EmbeddedOptions, EmbeddedPostgres } from './start.ts';
