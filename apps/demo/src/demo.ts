import type { Receipt } from '#client';
import { DialgateClient } from '#client';
import type { Environment } from '#config';
import type { Running } from '#lifecycle';
import { createLogger } from '#logging';
import { countLines, thousands } from '../../cli/src/texts.ts';
import { startStandalone } from '../../standalone/src/standalone.ts';
import { CALL, CAMPAIGN, PLACE } from './campaign.ts';
import { checkLine, judge } from './checks.ts';
import { collect } from './evidence.ts';
import { DemoFailedError } from './failure.ts';
import { makeFolder } from './folder.ts';
import { readOptions, serviceEnvironment } from './options.ts';
import type { DemoOptions } from './options.ts';
import { makeProgress, watch } from './progress.ts';
import { BLOCKED_NUMBERS } from './sample/blocklist.ts';
import { KINDS } from './sample/kinds.ts';
import { openSample, readSample } from './sample/sample-file.ts';
import { callLines, firstReceipts, rejections } from './texts.ts';

type Tell = (line?: string) => void;

/**
 * Runs the whole demo, and takes away what it has started and made, however it ends.
 *
 * @param output a terminal gets a progress bar, anything else plain lines
 * @param running gets all that is started, and is stopped at the end
 * @param signal ends it early
 * @returns whether all checks passed
 * @throws SettingsError for wrong settings, DemoFailedError for whatever else goes wrong, the signal's reason
 */
export async function runDemo(
  environment: Environment,
  output: NodeJS.WriteStream,
  running: Running,
  signal: AbortSignal,
): Promise<boolean> {
  const options = readOptions(environment);
  const tell: Tell = (line = '') => output.write(`${line}\n`);
  const failures: unknown[] = [];
  const passed = await perform(options, running, { output, tell, signal }).catch(
    (error: unknown) => {
      failures.push(error);
      return false;
    },
  );
  tell();
  tell('Stopping, and removing the data…');
  await running.stop().catch((error: unknown) => failures.push(error));
  signal.throwIfAborted();
  if (failures.length > 0) throw new DemoFailedError(failures[0]);
  return passed;
}

interface Stage {
  readonly output: NodeJS.WriteStream;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

async function perform(
  { parent, logLevel, ignored }: DemoOptions,
  running: Running,
  stage: Stage,
): Promise<boolean> {
  const { tell, signal } = stage;
  for (const name of ignored) {
    tell(`${name} is set and ignored: the demo runs on embedded servers of its own.`);
  }
  tell('Starting an embedded Postgres with BullMQ in it, the API and a worker…');
  const folder = await makeFolder(parent, tell);
  running.add('data folder', () => folder.remove());
  signal.throwIfAborted();
  const environment = serviceEnvironment(folder.path);
  const log = createLogger(logLevel, 'dialgate');
  // Not cut short by the signal: only what has started as a whole can be stopped as a whole.
  const { url, settings } = await startStandalone(environment, running, log, tell);
  signal.throwIfAborted();
  tell(`  ${url}, data in ${folder.path}`);
  const client = new DialgateClient({ baseUrl: url, credentials: { token: settings.adminToken } });
  return show(client, settings.databaseUrl, stage);
}

async function show(client: DialgateClient, databaseUrl: string, stage: Stage): Promise<boolean> {
  const { output, tell, signal } = stage;
  const section = (title: string, lines: readonly string[] = []): void => {
    tell();
    tell(title);
    for (const line of lines) tell(`  ${line}`);
  };

  await client.campaigns.put(PLACE, CAMPAIGN, { signal });
  const numbers = BLOCKED_NUMBERS.map((number) => ({ number }));
  const { added: blocked } = await client.blocklist.add(PLACE.vdnId, numbers, { signal });
  section(`Campaign ${PLACE.campaignId} of VDN ${PLACE.vdnId} created`, [
    `one batch of ${thousands(CAMPAIGN.batchSize)} records every ${thousands(CAMPAIGN.admissionIntervalMs)} ms, ` +
      `at most ${thousands(CAMPAIGN.maxIncomplete)} incomplete records`,
    `${blocked} numbers put on the blocklist`,
  ]);

  const begun = performance.now();
  const sample = { bytes: openSample };
  const accepted = await client.uploads.send(PLACE, sample, { format: 'ndjson', signal });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  section(`Sample uploaded: 202 after ${seconds} s, upload ${accepted.id}`);
  const upload = await watch(client, accepted.id, makeProgress(output), signal);

  const receipts: Receipt[] = [];
  for await (const receipt of client.uploads.receipts(upload.id, { signal }))
    receipts.push(receipt);
  section(`Summary: ${upload.state}`, countLines(upload.counts));
  section('The first receipts', firstReceipts(receipts));
  section('How each kind of rejected record reads, by its first one', rejections(receipts));

  const { envelope: answer } = await client.calls.add(PLACE, CALL, { signal });
  section('A synchronous, compatible call and its answer', callLines(CALL, answer));

  const callIds = answer.returnObject?.dataIdList.map(({ dataId }) => dataId) ?? [];
  const found = await collect(databaseUrl, PLACE, upload.id, callIds);
  const lines = await readSample();
  const checks = judge({ upload, receipts, blocked, answer, lines, kinds: KINDS }, found);
  section('The same asked of the database, with SQL', checks.map(checkLine));
  const failed = checks.filter(({ passed }) => !passed).length;
  section(
    failed === 0
      ? `All ${checks.length} checks passed.`
      : `${failed} of ${checks.length} checks failed: what was shown is not what the database holds.`,
  );
  return failed === 0;
}
