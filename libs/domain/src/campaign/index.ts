export * from './cap.ts';
export * from './ids.ts';
export * from './pacing.ts';
export * from './states.ts';
