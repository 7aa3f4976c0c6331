export { openServers, queueServerOf } from './open-servers.ts';
export type { Servers, ServerSettings } from './open-servers.ts';
