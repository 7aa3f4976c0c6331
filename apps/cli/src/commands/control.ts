import type { Command } from 'commander';
import type { AddCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import { uploadLines } from '../texts.ts';

const ACTIONS = {
  cancel: 'drop what was not admitted yet',
  pause: 'admit no more of it for now',
  resume: 'go on admitting it',
} as const;

export const addControl: AddCommand = (program, host) => {
  for (const action of ['cancel', 'pause', 'resume'] as const) {
    program
      .command(action)
      .description(ACTIONS[action])
      .argument('<upload>', 'its ID')
      .action(async (id: string, _: object, command: Command) => {
        const { client, output, signal } = contextOf(host, command);
        const upload = await client().uploads[action](id, { signal });
        await output.show(upload, uploadLines(upload));
      });
  }
};
