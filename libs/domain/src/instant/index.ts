export { readInstant } from './read-instant.ts';
