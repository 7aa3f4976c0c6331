interface Part {
  readonly name: string;
  readonly stop: () => Promise<void>;
}

/** What a program has started, to be stopped in the reverse order: each part before those that it stands on. */
export class Running {
  readonly #parts: Part[] = [];
  readonly #stopping = new Set<Part>();

  /** @param name as a person calls it: `API` */
  add(name: string, stop: () => Promise<void>): void {
    this.#parts.push({ name, stop });
  }

  /** The names of what is not stopped yet, in the order of stopping: while it stops, the first is what it waits for. */
  get left(): string[] {
    return [...this.#stopping, ...this.#parts.toReversed()].map(({ name }) => name);
  }

  /** Also where one of them fails, the others are stopped; the first failure is thrown at the end. */
  async stop(): Promise<void> {
    const failures: unknown[] = [];
    for (let part = this.#parts.pop(); part !== undefined; part = this.#parts.pop()) {
      this.#stopping.add(part);
      await part.stop().catch((error: unknown) => failures.push(error));
      this.#stopping.delete(part);
    }
    if (failures.length > 0) throw failures[0];
  }
}
