import { readEnvironment, readSettings } from '#config';
import { onShutdownSignals, Running, runProgram } from '#lifecycle';
import { createLogger } from '#logging';
import { openServers } from '#servers';
import { WORKER_NAME } from './name.ts';
import { startWorker } from './worker.ts';

await runProgram(async () => {
  const settings = readSettings(readEnvironment(), 'worker');
  const log = createLogger(settings.logLevel, 'worker');
  const running = new Running();
  onShutdownSignals(running, { seconds: settings.shutdownSeconds, log });
  await running.start(async () => {
    const servers = await openServers(settings, WORKER_NAME, log);
    running.add('connections', () => servers.close());
    const worker = await startWorker(settings, servers, log);
    running.add('worker', () => worker.stop());
    log.info(`Working, queues in ${servers.backend.kind}`);
  });
});
