import type { SendingProgress, UploadView } from '#client';
import type { Bar } from './bar.ts';
import { makeBar } from './bar.ts';
import { size, thousands } from './texts.ts';

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
  // On a terminal a bar, elsewhere a line a second.
  const meterOf = (name: string): Bar =>
    shown ? (stream.isTTY ? makeBar(stream, name) : lines(stream, name, now)) : SILENT;
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

const SILENT: Bar = { show: () => undefined, stop: () => undefined };

function lines(stream: NodeJS.WriteStream, name: string, now: () => number): Bar {
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
