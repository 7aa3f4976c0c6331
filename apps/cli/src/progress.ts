import cliProgress from 'cli-progress';
import type { SendingProgress, UploadView } from '#client';
import { size, thousands } from './texts.ts';

/** Something that takes a while, on a terminal as a bar and elsewhere as a line a second. */
interface Meter {
  /** @param total null: not known */
  show(done: number, total: number | null, text: string): void;
  stop(): void;
}

export interface Progress {
  readonly sending: (progress: SendingProgress) => void;
  readonly working: (upload: UploadView) => void;
  readonly stop: () => void;
}

/** @param shown false: nothing is written */
export function makeProgress(
  stream: NodeJS.WriteStream,
  shown: boolean,
  now: () => number = () => performance.now(),
): Progress {
  const meterOf = (name: string): Meter =>
    shown ? (stream.isTTY ? bar(stream, name) : lines(stream, name, now)) : SILENT;
  const sending = meterOf('sending');
  const working = meterOf('working');
  return {
    sending: ({ sentBytes, readBytes, totalBytes, attempt }) => {
      const again = attempt === 1 ? '' : `, attempt ${attempt}`;
      sending.show(readBytes, totalBytes, `${size(sentBytes)} sent${again}`);
    },
    working: (upload) => {
      sending.stop();
      const { counts, batches } = upload;
      const decided = counts.received - counts.pending;
      const text =
        `${thousands(decided)} of ${thousands(counts.received)} decided, ` +
        `${thousands(counts.accepted)} accepted, batch ${batches.done} of ${batches.total}`;
      working.show(decided, counts.received, `${upload.state}: ${text}`);
    },
    stop: () => {
      sending.stop();
      working.stop();
    },
  };
}

const SILENT: Meter = { show: () => undefined, stop: () => undefined };

function bar(stream: NodeJS.WriteStream, name: string): Meter {
  const single = new cliProgress.SingleBar({
    stream,
    format: `${name} [{bar}] {percentage} % | {text}`,
    barsize: 24,
    hideCursor: true,
    barCompleteChar: '#',
    barIncompleteChar: '.',
  });
  let started = false;
  return {
    show: (done, total, text) => {
      // Of a length that is not known nothing is ever half done.
      if (!started) single.start(total ?? 1, 0, { text });
      started = true;
      single.update(total === null ? 0 : done, { text });
    },
    stop: () => {
      if (started) single.stop();
      started = false;
    },
  };
}

function lines(stream: NodeJS.WriteStream, name: string, now: () => number): Meter {
  let dueAt = -Infinity;
  let waiting: string | null = null;
  return {
    show: (done, total, text) => {
      const share = total === null || total === 0 ? '' : `${Math.floor((done / total) * 100)} %, `;
      waiting = `${name}: ${share}${text}\n`;
      if (now() < dueAt) return;
      dueAt = now() + 1000;
      stream.write(waiting);
      waiting = null;
    },
    stop: () => {
      if (waiting !== null) stream.write(waiting);
      waiting = null;
    },
  };
}
