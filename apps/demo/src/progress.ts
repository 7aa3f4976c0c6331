import type { DialgateClient, UploadView } from '#client';
import { makeBar } from '../../cli/src/bar.ts';
import { thousands } from '../../cli/src/texts.ts';

/** Shows how far an upload is. */
export interface Progress {
  show(upload: UploadView): void;
  stop(): void;
}

/** An upload of which nothing was decided for so long hangs. */
const PATIENCE_MS = 60_000;

/**
 * Watches an upload until it has ended.
 *
 * @throws Error when nothing of it is decided for a minute
 */
export async function watch(
  client: DialgateClient,
  uploadId: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<UploadView> {
  const hung = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const movesOn = (state: string): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const seconds = PATIENCE_MS / 1000;
      hung.abort(
        new Error(`The upload is ${state}, and for ${seconds} s none of its records was decided.`),
      );
    }, PATIENCE_MS);
  };
  let last: UploadView | undefined;
  try {
    movesOn('not to be seen');
    const either = AbortSignal.any([signal, hung.signal]);
    for await (const upload of client.uploads.follow(uploadId, { signal: either })) {
      movesOn(upload.state);
      progress.show(upload);
      last = upload;
    }
  } finally {
    clearTimeout(timer);
    progress.stop();
  }
  if (last === undefined) throw new Error('The upload was not to be seen.');
  return last;
}

/** A bar in a terminal, elsewhere a line a batch, at most two a second. */
export function makeProgress(
  output: NodeJS.WriteStream,
  now: () => number = () => Date.now(),
): Progress {
  return output.isTTY ? bar(output, now) : lines(output, now);
}

function bar(stream: NodeJS.WriteStream, now: () => number): Progress {
  const made = makeBar(stream, ' ');
  return {
    show: (upload) => {
      made.show(decidedOf(upload), upload.counts.received, textOf(upload, now()));
    },
    stop: () => {
      made.stop();
    },
  };
}

function lines(stream: NodeJS.WriteStream, now: () => number): Progress {
  let dueAt = 0;
  return {
    show: (upload) => {
      if (now() < dueAt && upload.finishedAt === null) return;
      dueAt = now() + 500;
      const percent = Math.floor((decidedOf(upload) / upload.counts.received) * 100);
      stream.write(`  ${String(percent).padStart(3)} % | ${textOf(upload, now())}\n`);
    },
    stop: () => undefined,
  };
}

const decidedOf = ({ counts }: UploadView): number => counts.received - counts.pending;

function textOf(upload: UploadView, now: number): string {
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
