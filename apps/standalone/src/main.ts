import { envFileOf, readEnvironment, readSettings } from '#config';
import { EXIT, onShutdownSignals, Running, runProgram } from '#lifecycle';
import { createLogger } from '#logging';
import { greeting } from './greeting.ts';
import { startStandalone } from './standalone.ts';

/** The embedded Postgres comes last, and may take 25 s by itself: a checkpoint on a slow disk. */
const EMBEDDED_CUT_SECONDS = 33;

await runProgram(async () => {
  const environment = readEnvironment();
  const { databaseUrl, logLevel, shutdownSeconds } = readSettings(environment, 'standalone');
  const log = createLogger(logLevel, 'dialgate');
  const running = new Running();
  const cutSeconds = databaseUrl === undefined ? EMBEDDED_CUT_SECONDS : undefined;
  onShutdownSignals(running, { seconds: shutdownSeconds, cutSeconds, log });
  const tell = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  await running.start(async () => {
    const standalone = await startStandalone(environment, running, log, tell);
    const envFile = envFileOf('DIALGATE_ADMIN_TOKEN');
    tell(greeting(standalone, { embedded: databaseUrl === undefined, envFile }));
    // Nothing can be finished without it, and the next start recovers it: whoever looks after this process starts it again.
    void standalone.databaseLost?.then(() => process.exit(EXIT.unavailable));
  });
});
