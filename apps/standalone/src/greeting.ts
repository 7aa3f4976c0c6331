import { curlFor, quoted } from './shell.ts';
import type { Standalone } from './standalone.ts';

/**
 * What `npm start` prints once it serves: what it runs on, and commands that work as they are printed; where the token stands
 * in this shell's environment alone, in this shell.
 *
 * @param envFile the file that the operator's token was read from as a setting; null: it was not
 */
export function greeting(
  {
    url,
    settings,
    tokenFile,
    newToken,
  }: Pick<Standalone, 'url' | 'settings' | 'tokenFile' | 'newToken'>,
  { embedded, envFile }: { embedded: boolean; envFile: string | null },
): string {
  const token = tokenIn(tokenFile, envFile);
  const database = embedded
    ? `embedded Postgres in ${settings.dataDir}`
    : 'Postgres as DATABASE_URL says';
  const queue =
    settings.redisUrl === undefined
      ? 'BullMQ in the same database'
      : 'BullMQ in Redis as REDIS_URL says';
  const { command, url: base } = curlFor(url, settings.tls);
  const campaign = `${base}/v1/vdns/1/campaigns/1`;
  return [
    `dialgate serves on ${url}`,
    `  data:   ${database}`,
    `  queues: ${queue}`,
    ...(newToken === null
      ? []
      : ['', `The operator's token was made now and is shown this once: ${newToken}`]),
    '',
    'Create a campaign, and upload a first record to it:',
    '',
    `  ${command} -X PUT ${campaign} \\`,
    `    -H "Authorization: Bearer ${token}" \\`,
    `    -H 'Content-Type: application/json' -d '{"name":"first"}'`,
    '',
    `  ${command} ${campaign}/uploads \\`,
    `    -H "Authorization: Bearer ${token}" \\`,
    `    -H 'Content-Type: application/x-ndjson' --data-binary '{"called":[{"calledNo":"88888888"}]}'`,
    '',
  ].join('\n');
}

/** What a shell makes the operator's token of. A `.env` has quotes and comments, which Node reads as we do. */
function tokenIn(tokenFile: string | null, envFile: string | null): string {
  if (tokenFile !== null) return `$(cat ${quoted(tokenFile)})`;
  if (envFile === null) return '$DIALGATE_ADMIN_TOKEN';
  return `$(node --env-file=${quoted(envFile)} -p process.env.DIALGATE_ADMIN_TOKEN)`;
}
