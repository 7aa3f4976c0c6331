import { readEnvironment, readSettings } from '#config';
import { onShutdownSignals, Running, runProgram } from '#lifecycle';
import { createLogger } from '#logging';
import { openServers } from '#servers';
import { startApi } from './api.ts';

await runProgram(async () => {
  const settings = readSettings(readEnvironment(), 'api');
  const log = createLogger(settings.logLevel, 'api');
  const running = new Running();
  onShutdownSignals(running, { seconds: settings.shutdownSeconds, log });
  await running.start(async () => {
    const servers = await openServers(settings, 'dialgate-api', log);
    running.add('connections', () => servers.close());
    const api = await startApi(settings, servers, log);
    running.add('API', () => api.stop(), api.cut);
    log.info(`Serving on ${api.url}, queues in ${servers.backend.kind}`);
  });
});
