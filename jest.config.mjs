import { availableParallelism } from 'node:os';

const project = {
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2023',
        },
        module: { type: 'es6' },
      },
    ],
  },
  testMatch: ['**/*.spec.ts'],
};

/** @type {import('jest').Config} */
export default {
  // Two at least: the tests of test/ mostly wait for other processes. Four at most: they share one Postgres.
  maxWorkers: Math.min(4, Math.max(2, availableParallelism())),
  // Every test file leaves its modules behind in the worker (Node cannot unload ESM).
  workerIdleMemoryLimit: '768MB',
  // For all (Jest has no timeout by project): a test that starts processes on a busy machine takes its time.
  testTimeout: 180_000,
  // What is still open a second after the last test is named, not killed: there is no forceExit.
  openHandlesTimeout: 1000,
  // The second one counts for scripts/test.mjs.
  reporters: ['default', '<rootDir>/scripts/test-reporter.mjs'],
  projects: [
    {
      ...project,
      displayName: 'unit',
      testEnvironment: 'node',
      roots: ['<rootDir>/apps', '<rootDir>/libs'],
    },
    {
      // Real servers and real processes: only this project pays for starting Postgres.
      ...project,
      displayName: 'integration',
      testEnvironment: '<rootDir>/test/support/environment.ts',
      globalSetup: '<rootDir>/test/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/support/global-teardown.ts',
      roots: ['<rootDir>/test'],
    },
  ],
};
