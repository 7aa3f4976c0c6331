export * from './commands.ts';
export * from './states.ts';
