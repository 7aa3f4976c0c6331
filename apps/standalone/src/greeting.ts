import type { Standalone } from './standalone.ts';

/** What `npm start` prints once it serves: what it runs on, and commands that work as they are printed. */
export function greeting(
  { url, settings, tokenFile, newToken }: Standalone,
  embedded: boolean,
): string {
  const token = tokenFile === null ? '$DIALGATE_ADMIN_TOKEN' : `$(cat '${tokenFile}')`;
  const database = embedded
    ? `embedded Postgres in ${settings.dataDir}`
    : 'Postgres as DATABASE_URL says';
  const queue =
    settings.redisUrl === undefined
      ? 'BullMQ in the same database'
      : 'BullMQ in Redis as REDIS_URL says';
  const campaign = `${url}/v1/vdns/1/campaigns/1`;
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
    `  curl -X PUT ${campaign} \\`,
    `    -H "Authorization: Bearer ${token}" \\`,
    `    -H 'Content-Type: application/json' -d '{"name":"first"}'`,
    '',
    `  curl ${campaign}/uploads \\`,
    `    -H "Authorization: Bearer ${token}" \\`,
    `    -H 'Content-Type: application/x-ndjson' --data-binary '{"called":[{"calledNo":"88888888"}]}'`,
    '',
  ].join('\n');
}
