export * from './commands.ts';
export * from './estimate.ts';
export * from './policy.ts';
export * from './states.ts';
export * from './version.ts';
