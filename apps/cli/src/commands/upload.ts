import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { BodyFormat, DialgateClient, SkipOrAbort, UploadView, WaitOrRefuse } from '#client';
import { DialgateError, hasEnded, SKIP_OR_ABORT, WAIT_OR_REFUSE } from '#client';
import { EXIT } from '#lifecycle';
import type { AddCommand, Context } from '../context.ts';
import { contextOf } from '../context.ts';
import { NotAnewError } from '../failure.ts';
import { readInput } from '../input.ts';
import { InterruptedError } from '../interrupted.ts';
import type { PlaceOptions } from '../options.ts';
import { campaignOption, given, idempotencyKey, placeOf, vdnOption } from '../options.ts';
import { OutputClosedError } from '../output.ts';
import type { Progress } from '../progress.ts';
import { makeProgress } from '../progress.ts';
import { uploadLines } from '../texts.ts';
import { exitCodeOfUpload, toEnd } from '../to-end.ts';
import { formatOption } from './format-option.ts';

interface UploadCommandOptions extends PlaceOptions {
  readonly format?: BodyFormat;
  readonly gzip?: boolean;
  readonly batchId?: string;
  readonly onInvalid?: SkipOrAbort;
  readonly onDuplicate?: SkipOrAbort;
  readonly onBlocklisted?: SkipOrAbort;
  readonly onFull?: WaitOrRefuse;
  readonly dryRun?: boolean;
  readonly idempotencyKey?: string;
  readonly wait: boolean;
}

const skipOrAbort = (flag: string, what: string): Option =>
  new Option(`${flag} <policy>`, what).choices(SKIP_OR_ABORT);

export const addUpload: AddCommand = (program, host, end) => {
  program
    .command('upload')
    .description('send records, and wait until they are worked off')
    .argument(
      '<file>',
      'records as NDJSON, CSV or JSON, also compressed (.gz); - for standard input',
    )
    .addOption(vdnOption())
    .addOption(campaignOption())
    .addOption(formatOption())
    .option('--gzip', 'compress what is sent')
    .option('--batch-id <text>', "the sender's own name for it")
    .addOption(skipOrAbort('--on-invalid', 'what becomes of records that break a rule'))
    .addOption(skipOrAbort('--on-duplicate', 'of those that repeat a number'))
    .addOption(skipOrAbort('--on-blocklisted', 'of those with a blocked number'))
    .addOption(
      new Option('--on-full <policy>', 'of those that find the campaign full').choices(
        WAIT_OR_REFUSE,
      ),
    )
    .option('--dry-run', 'check everything, admit nothing')
    .option(
      '--idempotency-key <key>',
      'the one of an earlier attempt, to send it again without harm',
      idempotencyKey,
    )
    .option('--no-wait', 'end when it is accepted')
    .action(async (file: string, options: UploadCommandOptions, command: Command) => {
      const context = contextOf(host, command);
      const { note } = context;
      const progress = makeProgress(host.stderr, context.showsProgress);
      const client = context.client();
      const accepted = await send(client, file, options, progress, context);
      try {
        const upload = await outcomeOf(client, accepted, options, progress, context);
        const code = hasEnded(upload) ? exitCodeOfUpload(upload) : EXIT.done;
        end(code);
        await context.output.show(upload, uploadLines(upload));
        if (code !== EXIT.done) note(`Why: dialgate receipts ${upload.id} --outcome rejected`);
      } catch (error) {
        throw isNoFailure(error) ? error : new NotAnewError(error);
      }
    });
};

async function send(
  client: DialgateClient,
  file: string,
  options: UploadCommandOptions,
  progress: Progress,
  { stdin, signal, note }: Context,
): Promise<UploadView> {
  const { source, format, gzip } = await readInput(file, options, stdin);
  const { batchId, onInvalid, onDuplicate, onBlocklisted, onFull, dryRun } = options;
  const { idempotencyKey: key = randomUUID() } = options;
  let isSentWhole = false;
  const sending = client.uploads.send(placeOf(options), source, {
    ...given({ batchId, onInvalid, onDuplicate, onBlocklisted, onFull, dryRun }),
    idempotencyKey: key,
    format,
    gzip,
    onProgress: (sent) => {
      isSentWhole ||= sent.ended;
      progress.sending(sent);
    },
    signal,
  });
  try {
    return await sending.finally(progress.stop);
  } catch (error) {
    const mayBeDone = error instanceof DialgateError ? error.mayHaveTakenEffect : isSentWhole;
    if (!mayBeDone || dryRun === true) throw error;
    note(
      'Whether it was accepted is not known. Sent again as it was, it is accepted once if you add: ' +
        `--idempotency-key ${key}`,
    );
    throw isNoFailure(error) ? error : new NotAnewError(error);
  }
}

/** The upload as it is at its end, or as it is now where it is not waited for. */
async function outcomeOf(
  client: DialgateClient,
  accepted: UploadView,
  { wait }: UploadCommandOptions,
  progress: Progress,
  context: Context,
): Promise<UploadView> {
  if (!wait || hasEnded(accepted)) return accepted;
  context.note(`Accepted as upload ${accepted.id}: it is worked off also without this command.`);
  return toEnd(client, accepted.id, accepted, progress, context);
}

/** Ends that are no failures. */
const isNoFailure = (error: unknown): boolean =>
  error instanceof InterruptedError || error instanceof OutputClosedError;
