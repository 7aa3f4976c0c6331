/** What a part can be told. */
interface Part {
  readonly name: string;
  /** Finishes what it has begun, takes nothing new, and ends. */
  readonly stop: () => Promise<void>;
  /** Breaks off what it would still wait for, so that its stop comes to its end. */
  readonly cut: () => void;
}

/** Ends a start in the middle of which the program was told to stop. */
class StartStoppedError extends Error {
  override readonly name = 'StartStoppedError';

  constructor() {
    super('Stopped while it started.');
  }
}

/** What a program has started, to be stopped in the reverse order: each part before those that it stands on. */
export class Running {
  readonly #parts: Part[] = [];
  readonly #stopping = new Set<Part>();
  #starting: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;

  /**
   * Starts the parts. A stop waits for the one that is being started, which may have made a process already; with the
   * part's `add` the start ends. What then goes wrong with it is nobody's concern any more, and this never resolves: the
   * end is the stop's. Where it fails otherwise, the parts that are there are stopped before this rejects.
   */
  async start(work: () => Promise<void>): Promise<void> {
    const starting = work();
    // For a stop to wait for; its failure is told below.
    this.#starting = starting.catch(() => undefined);
    try {
      await starting;
    } catch (error) {
      if (this.#stopped !== undefined) await new Promise(() => undefined);
      await Promise.allSettled([this.stop()]);
      throw error;
    }
  }

  /**
   * @param name as a person calls it: `API`
   * @param cut what has no end of its own to wait for needs none
   * @throws StartStoppedError when the program is stopping; the part is stopped with the others
   */
  add(name: string, stop: () => Promise<void>, cut: () => void = () => undefined): void {
    this.#parts.push({ name, stop, cut });
    if (this.#stopped !== undefined) throw new StartStoppedError();
  }

  /** The names of what is not stopped yet, in the order of stopping: while it stops, the first is what it waits for. */
  get left(): string[] {
    return [...this.#stopping, ...this.#parts.toReversed()].map(({ name }) => name);
  }

  /**
   * Also where one of them fails, the others are stopped; the first failure is thrown at the end. Whoever asks again waits
   * for the same stop.
   */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#stopAll());
  }

  /** The time is up: what is being stopped waits for nothing more. */
  cut(): void {
    for (const { cut } of [...this.#stopping, ...this.#parts]) cut();
  }

  async #stopAll(): Promise<void> {
    await this.#starting;
    const failures: unknown[] = [];
    for (let part = this.#parts.pop(); part !== undefined; part = this.#parts.pop()) {
      this.#stopping.add(part);
      await part.stop().catch((error: unknown) => failures.push(error));
      this.#stopping.delete(part);
    }
    if (failures.length > 0) throw failures[0];
  }
}
