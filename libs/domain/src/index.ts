export * from './call/index.ts';
export * from './campaign/index.ts';
export * from './csv/index.ts';
export * from './data-id/index.ts';
export * from './instant/index.ts';
export * from './json/index.ts';
export * from './record/index.ts';
export * from './upload/index.ts';
