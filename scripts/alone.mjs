import { join } from 'node:path';
import { stampFolder } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { StepFailed, say } from './run.mjs';

/**
 * Does work that writes to node_modules, the generated client or `dist`, while no other script does.
 * A step that fails ends the process with code 1, and with what the step printed.
 */
export async function runAlone(work) {
  const waiting = () => say('another setup is at work in this folder; waiting for it…');
  try {
    await withLock(join(stampFolder, 'lock'), waiting, work);
  } catch (error) {
    if (!(error instanceof StepFailed)) {
      throw error;
    }
    console.error(error.message);
    process.exit(1);
  }
}
