import { Command, CommanderError } from 'commander';
import { EXIT } from '#lifecycle';
import { addBlocklist } from './commands/blocklist.ts';
import { addCampaign } from './commands/campaign.ts';
import { addControl } from './commands/control.ts';
import { addKeys } from './commands/keys.ts';
import { addList } from './commands/list.ts';
import { addReceipts } from './commands/receipts.ts';
import { addSign } from './commands/sign.ts';
import { addStatus } from './commands/status.ts';
import { addUpload } from './commands/upload.ts';
import type { AddCommand, Host } from './context.ts';
import { exitCodeFor, explain } from './failure.ts';
import { addGlobalOptions } from './options.ts';
import { OutputClosedError } from './output.ts';

const EXIT_CODES = `
Exit codes: 0 done; 1 failed; 2 wrong usage or settings; 3 some records or numbers were not accepted;
4 the upload was accepted, or may have been: not to be sent as a new one; 75 the service does not answer.
Credentials belong into the environment: what is typed can be read by others on this machine.`;

/**
 * Runs one command.
 *
 * @param args what was typed behind the program's name
 * @returns the exit code
 */
export async function runCli(args: readonly string[], host: Host): Promise<number> {
  let code: number = EXIT.done;
  const program = new Command('dialgate')
    .description('Sends call records to dialgate, and looks after what became of them.')
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(--help shows what there is)')
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
    })
    .exitOverride();
  addGlobalOptions(program);
  for (const add of COMMANDS) add(program, host, (ended) => (code = ended));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof OutputClosedError) return code;
    host.stderr.write(`${explain(error)}\n`);
    return exitCodeFor(error);
  }
}

const COMMANDS: readonly AddCommand[] = [
  addUpload,
  addStatus,
  addReceipts,
  addList,
  addControl,
  addCampaign,
  addBlocklist,
  addKeys,
  addSign,
];
