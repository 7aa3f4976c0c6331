import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { BodyFormat, SkipOrAbort, WaitOrRefuse } from '#client';
import { DialgateError } from '#client';
import type { AddCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import { readInput } from '../input.ts';
import { InterruptedError } from '../interrupted.ts';
import type { PlaceOptions } from '../options.ts';
import { campaignOption, given, placeOf, vdnOption } from '../options.ts';
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
  new Option(`${flag} <policy>`, what).choices(['skip', 'abort']);

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
      new Option('--on-full <policy>', 'of those that find the campaign full').choices([
        'wait',
        'refuse',
      ]),
    )
    .option('--dry-run', 'check everything, admit nothing')
    .option(
      '--idempotency-key <key>',
      'the one of an earlier attempt, to send it again without harm',
    )
    .option('--no-wait', 'end when it is accepted')
    .action(async (file: string, options: UploadCommandOptions, command: Command) => {
      const context = contextOf(host, command);
      const { output, signal, note } = context;
      const client = context.client();
      const { source, format, gzip } = await readInput(file, options, host.stdin);
      const progress = makeProgress(host.stderr, context.showsProgress);
      const { batchId, onInvalid, onDuplicate, onBlocklisted, onFull, dryRun } = options;
      const { idempotencyKey = randomUUID() } = options;
      const accepted = await client.uploads
        .send(placeOf(options), source, {
          ...given({ batchId, onInvalid, onDuplicate, onBlocklisted, onFull, dryRun }),
          idempotencyKey,
          format,
          gzip,
          onProgress: progress.sending,
          signal,
        })
        .catch((error: unknown) => {
          progress.stop();
          if (isUncertain(error)) {
            note(
              'Whether it was accepted is not known. Sent again as it was, it is accepted once if you add: ' +
                `--idempotency-key ${idempotencyKey}`,
            );
          }
          throw error;
        });
      progress.stop();
      if (!options.wait) {
        await output.show(accepted, uploadLines(accepted));
        return;
      }
      note(`Accepted as upload ${accepted.id}: it is worked off also without this command.`);
      const upload = await toEnd(client, accepted.id, progress, context);
      await output.show(upload, uploadLines(upload));
      const code = exitCodeOfUpload(upload);
      if (code !== 0) note(`Why: dialgate receipts ${upload.id} --outcome rejected`);
      end(code);
    });
};

/** Whether the upload may have been accepted although we have not heard of it. */
const isUncertain = (error: unknown): boolean =>
  error instanceof InterruptedError ||
  (error instanceof DialgateError && (error.isNetwork || (error.status ?? 0) >= 500));
