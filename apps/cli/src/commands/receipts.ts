import type { Command } from 'commander';
import { Option } from 'commander';
import { OUTCOMES } from '#client';
import type { DialgateClient, RawReceiptOptions, ReceiptFilter } from '#client';
import type { AddCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import { writeWhole } from '../file-output.ts';
import { UsageError } from '../usage-error.ts';

interface ReceiptCommandOptions {
  readonly outcome?: ReceiptFilter;
  readonly format: RawReceiptOptions['format'];
  readonly output?: string;
}

const FILTERS: readonly ReceiptFilter[] = [...OUTCOMES, 'rejected'];

export const addReceipts: AddCommand = (program, host) => {
  program
    .command('receipts')
    .description('what became of each record of an upload')
    .argument('<upload>', 'its ID')
    .addOption(
      new Option('--outcome <outcome>', 'only these; rejected: all that were not accepted').choices(
        FILTERS,
      ),
    )
    .addOption(
      new Option('--format <format>', 'source: the records as they were sent, to be sent again')
        .choices(['ndjson', 'csv', 'source'])
        .default('ndjson'),
    )
    .option('-o, --output <file>', 'write them there: all of them, or the file is not touched')
    .action(async (id: string, options: ReceiptCommandOptions, command: Command) => {
      const { output, signal, client } = contextOf(host, command);
      if (output.json && options.format !== 'ndjson') {
        throw new UsageError(`--json is NDJSON: leave it out with --format ${options.format}.`);
      }
      const chunks = chunksOf(client(), id, options, signal);
      if (options.output !== undefined) {
        await writeWhole(options.output, chunks);
        return;
      }
      for await (const chunk of chunks) await output.write(chunk);
    });
};

/** NDJSON receipt by receipt: when the connection breaks, it goes on where it was. */
async function* chunksOf(
  client: DialgateClient,
  id: string,
  { outcome, format }: ReceiptCommandOptions,
  signal: AbortSignal,
): AsyncGenerator<string | Uint8Array> {
  const options = { signal, ...(outcome === undefined ? {} : { outcome }) };
  if (format !== 'ndjson') {
    yield* client.uploads.rawReceipts(id, { ...options, format });
    return;
  }
  for await (const receipt of client.uploads.receipts(id, options)) {
    yield `${JSON.stringify(receipt)}\n`;
  }
}
