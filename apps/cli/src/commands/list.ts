import type { Command } from 'commander';
import { Option } from 'commander';
import { SHOWN_STATES } from '#client';
import type { UploadState, UploadView } from '#client';
import type { AddCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import type { VdnOptions } from '../options.ts';
import { given, vdnOption, wholeNumber } from '../options.ts';

interface ListCommandOptions extends VdnOptions {
  readonly campaign?: number;
  readonly batchId?: string;
  readonly state?: UploadState;
}

export const addList: AddCommand = (program, host) => {
  program
    .command('list')
    .description('the uploads and calls of a VDN, the newest first')
    .addOption(vdnOption())
    .addOption(new Option('--campaign <number>', 'only of this one').argParser(wholeNumber))
    .option('--batch-id <text>', 'only with this one')
    .addOption(new Option('--state <state>', 'only in this one').choices(SHOWN_STATES))
    .action(async ({ vdn, campaign, batchId, state }: ListCommandOptions, command: Command) => {
      const { client, output, signal } = contextOf(host, command);
      const filter = given({ campaignId: campaign, batchId, state });
      await output.list(client().uploads.list(vdn, { ...filter, signal }), lineOf);
    });
};

const lineOf = ({ id, campaignId, mode, state, counts, batchId, createdAt }: UploadView): string =>
  [
    id,
    createdAt,
    `campaign ${campaignId}`,
    mode,
    state,
    `${counts.accepted} of ${counts.received} accepted`,
    batchId ?? '',
  ]
    .join('  ')
    .trimEnd();
