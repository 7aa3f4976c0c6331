import { readFile } from 'node:fs/promises';

/**
 * The environment of a process whose memory is measured. Node lets a heap grow while there is memory, and collects later,
 * the busier the machine; with little, what is taken is what is needed.
 */
export const SMALL_HEAP = { NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=128' };

/** The most resident memory, in bytes, that a process has had since its start. */
export async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  if (kib === undefined) throw new Error('/proc does not say how much memory the process takes');
  return Number(kib) * 1024;
}
