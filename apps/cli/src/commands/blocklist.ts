import type { Command } from 'commander';
import type { BlockedNumberView, BlocklistCounts, BodyFormat } from '#client';
import type { AddCommand, Context } from '../context.ts';
import { contextOf } from '../context.ts';
import { EXIT_NOT_ALL } from '../failure.ts';
import { readInput } from '../input.ts';
import type { VdnOptions } from '../options.ts';
import { given, vdnOption } from '../options.ts';
import { makeProgress } from '../progress.ts';
import { memberLines } from '../texts.ts';
import { formatOption } from './format-option.ts';

interface AddOptions extends VdnOptions {
  readonly expires?: string;
}

interface ImportOptions extends VdnOptions {
  readonly format?: BodyFormat;
  readonly gzip?: boolean;
}

interface ListOptions extends VdnOptions {
  readonly prefix?: string;
}

export const addBlocklist: AddCommand = (program, host, end) => {
  const show = async ({ output }: Context, counts: BlocklistCounts): Promise<void> => {
    if (counts.invalid > 0) end(EXIT_NOT_ALL);
    await output.show(counts, memberLines(counts));
  };
  const blocklist = program.command('blocklist').description('numbers that a VDN must not call');

  blocklist
    .command('add')
    .description('block numbers')
    .argument('<number...>')
    .addOption(vdnOption())
    .option('--expires <time>', 'RFC 3339; without it they are blocked for ever')
    .action(async (numbers: string[], { vdn, expires }: AddOptions, command: Command) => {
      const context = contextOf(host, command);
      const { client, signal } = context;
      const entries = numbers.map((number) => ({ number, ...given({ expiresAt: expires }) }));
      await show(context, await client().blocklist.add(vdn, entries, { signal }));
    });

  blocklist
    .command('import')
    .description('block all numbers of a file')
    .argument(
      '<file>',
      'NDJSON or CSV with number and expiresAt, also compressed (.gz); - for standard input',
    )
    .addOption(vdnOption())
    .addOption(formatOption())
    .option('--gzip', 'compress what is sent')
    .action(async (file: string, options: ImportOptions, command: Command) => {
      const context = contextOf(host, command);
      const { client, signal, showsProgress } = context;
      const { source, format, gzip } = await readInput(file, options, host.stdin);
      const progress = makeProgress(host.stderr, showsProgress);
      const counts = await client()
        .blocklist.import(options.vdn, source, {
          format,
          gzip,
          onProgress: progress.sending,
          signal,
        })
        .finally(progress.stop);
      await show(context, counts);
    });

  blocklist
    .command('remove')
    .description('unblock a number')
    .argument('<number>')
    .addOption(vdnOption())
    .action(async (number: string, { vdn }: VdnOptions, command: Command) => {
      const { client, output, signal } = contextOf(host, command);
      await client().blocklist.remove(vdn, number, { signal });
      await output.show({ removed: number }, ['Removed.']);
    });

  blocklist
    .command('list')
    .description('the blocked numbers')
    .addOption(vdnOption())
    .option('--prefix <digits>', 'only those that begin so')
    .action(async ({ vdn, prefix }: ListOptions, command: Command) => {
      const { client, output, signal } = contextOf(host, command);
      const options = { ...given({ prefix }), signal };
      await output.list(client().blocklist.list(vdn, options), lineOf);
    });
};

const lineOf = ({ number, expiresAt }: BlockedNumberView): string =>
  expiresAt === null ? number : `${number}  until ${expiresAt}`;
