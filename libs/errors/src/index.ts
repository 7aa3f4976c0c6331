export * from './domain-error.ts';
export * from './fault.ts';
export * from './locale.ts';
export * from './problems.ts';
export * from './registry.ts';
export type { Params, Term } from './terms.ts';
