export * from './data-id.ts';
