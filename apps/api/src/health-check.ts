import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { readEnvironment, readSettings } from '#config';
import { runProgram } from '#lifecycle';

/** Less than the health checks that run this allow. */
const PATIENCE_MS = 4_000;

/** Where an API that listens on every address is found on its own machine. */
const EVERYWHERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** A health check for the API that has the same settings: whether it answers that it is ready. Exit code 0: it does. */
await runProgram(async () => {
  const { host, port, tls } = readSettings(readEnvironment(), 'api');
  const options = {
    host: EVERYWHERE[host] ?? host,
    port,
    path: '/readyz',
    signal: AbortSignal.timeout(PATIENCE_MS),
  };
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const request =
      tls === null
        ? requestHttp(options)
        : // Its certificate is for those who come from elsewhere, and need not name this address.
          requestHttps({ ...options, rejectUnauthorized: false });
    request.on('error', reject).on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.end();
  });
  if (status !== 200) throw new Error(`The API is not ready (HTTP ${String(status)}).`);
});
