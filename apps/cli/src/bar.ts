import cliProgress from 'cli-progress';

/** A bar on a terminal; it is there from the first time that it is shown. */
export interface Bar {
  /** @param total null: not known */
  show(done: number, total: number | null, text: string): void;
  stop(): void;
}

/** @param lead what stands before it */
export function makeBar(stream: NodeJS.WriteStream, lead: string): Bar {
  const single = new cliProgress.SingleBar({
    stream,
    format: `${lead} [{bar}] {percentage} % | {text}`,
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
