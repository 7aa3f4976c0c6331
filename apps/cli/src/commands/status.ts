import type { Command } from 'commander';
import type { AddCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import { makeProgress } from '../progress.ts';
import { uploadLines } from '../texts.ts';
import { exitCodeOfUpload, toEnd } from '../to-end.ts';

export const addStatus: AddCommand = (program, host, end) => {
  program
    .command('status')
    .description('how far an upload is')
    .argument('<upload>', 'its ID')
    .option('--wait', 'until it is worked off; then exit as upload does')
    .action(async (id: string, { wait }: { readonly wait?: boolean }, command: Command) => {
      const context = contextOf(host, command);
      const client = context.client();
      if (wait !== true) {
        const upload = await client.uploads.get(id, { signal: context.signal });
        await context.output.show(upload, uploadLines(upload));
        return;
      }
      const progress = makeProgress(host.stderr, context.showsProgress);
      const upload = await toEnd(client, id, null, progress, context);
      end(exitCodeOfUpload(upload));
      await context.output.show(upload, uploadLines(upload));
    });
};
