import { setTimeout as sleep } from 'node:timers/promises';
import cliProgress from 'cli-progress';
import type { Api, Upload } from './api.ts';
import { thousands } from './texts.ts';

/** Shows how far an upload is. */
export interface Progress {
  show(upload: Upload): void;
  stop(): void;
}

const POLL_MS = 100;
/** An upload of which nothing was decided for so long hangs. */
const PATIENCE_MS = 60_000;

/**
 * Watches an upload until it has ended.
 *
 * @throws Error when nothing of it is decided for a minute
 */
export async function watch(
  api: Api,
  uploadId: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<Upload> {
  let decided = -1;
  let movedAt = performance.now();
  try {
    for (;;) {
      const upload = await api.getUpload(uploadId);
      progress.show(upload);
      if (upload.finishedAt !== null) return upload;
      const now = performance.now();
      if (decidedOf(upload) !== decided) {
        decided = decidedOf(upload);
        movedAt = now;
      } else if (now - movedAt > PATIENCE_MS) {
        throw new Error(
          `The upload is ${upload.state}, and for ${PATIENCE_MS / 1000} s none of its records was decided.`,
        );
      }
      await sleep(POLL_MS, undefined, { signal });
    }
  } finally {
    progress.stop();
  }
}

/** A bar in a terminal, elsewhere a line a second. */
export function makeProgress(
  output: NodeJS.WriteStream,
  now: () => number = () => Date.now(),
): Progress {
  return output.isTTY ? bar(output, now) : lines(output, now);
}

function bar(stream: NodeJS.WriteStream, now: () => number): Progress {
  const single = new cliProgress.SingleBar({
    stream,
    format: '  [{bar}] {percentage} % | {text}',
    barsize: 24,
    hideCursor: true,
    barCompleteChar: '#',
    barIncompleteChar: '.',
  });
  let started = false;
  return {
    show: (upload) => {
      const payload = { text: textOf(upload, now()) };
      if (!started) single.start(upload.counts.received, 0, payload);
      started = true;
      single.update(decidedOf(upload), payload);
    },
    stop: () => {
      single.stop();
    },
  };
}

function lines(stream: NodeJS.WriteStream, now: () => number): Progress {
  let dueAt = 0;
  return {
    show: (upload) => {
      if (now() < dueAt && upload.finishedAt === null) return;
      dueAt = now() + 1000;
      const percent = Math.floor((decidedOf(upload) / upload.counts.received) * 100);
      stream.write(`  ${String(percent).padStart(3)} % | ${textOf(upload, now())}\n`);
    },
    stop: () => undefined,
  };
}

const decidedOf = ({ counts }: Upload): number => counts.received - counts.pending;

function textOf(upload: Upload, now: number): string {
  const { counts, batches, estimatedFinishAt, finishedAt } = upload;
  const parts = [
    `${thousands(decidedOf(upload))} of ${thousands(counts.received)} decided`,
    `${thousands(counts.accepted)} accepted`,
    `batch ${batches.done} of ${batches.total}`,
  ];
  if (finishedAt !== null) parts.push('done');
  else if (estimatedFinishAt !== null) {
    const left = Math.max(0, Math.ceil((Date.parse(estimatedFinishAt) - now) / 1000));
    parts.push(`${left} s left`);
  }
  return parts.join(' | ');
}
