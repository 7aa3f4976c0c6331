export * from './commands.ts';
export * from './outcomes.ts';
export * from './states.ts';
