/** One who follows something. */
export interface Follower<T> {
  /** Called after each look that was begun while it followed; undefined: there is no such thing any more. */
  see(value: T | undefined): void;
  /** Called when there will be no more looks. */
  stop(): void;
}

export interface PollOptions<T> {
  /** Pause, in ms, between the end of a look and the next. */
  readonly everyMs: number;
  /** Looks at all of these at once; what is not there is left out. */
  readonly look: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>;
  /** Told of the first of several failures in a row. Nobody is told anything then: the next look is another attempt. */
  readonly onError: (error: unknown) => void;
}

/**
 * Looks at everything that anybody follows, again and again, by one read for all of them; while nobody follows anything,
 * never.
 */
export class SharedPoll<T> {
  readonly #options: PollOptions<T>;
  /** By what they follow, with the number of the look that was the last to begin before they came. */
  readonly #followers = new Map<string, Map<Follower<T>, number>>();
  #looks = 0;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #failing = false;
  #stopped = false;

  constructor(options: PollOptions<T>) {
    this.#options = options;
  }

  /**
   * Has a follower see what is there from now on: every look that it hears of is later than this call. Returns the
   * function that ends it.
   */
  follow(key: string, follower: Follower<T>): () => void {
    if (this.#stopped) {
      follower.stop();
      return () => undefined;
    }
    const others = this.#followers.get(key) ?? new Map<Follower<T>, number>();
    this.#followers.set(key, others.set(follower, this.#looks));
    this.#schedule();
    return () => {
      others.delete(follower);
      if (others.size === 0 && this.#followers.get(key) === others) this.#followers.delete(key);
      if (this.#followers.size === 0) this.#rest();
    };
  }

  /** Sends all followers home, and those that come later. */
  stop(): void {
    this.#stopped = true;
    this.#rest();
    const followers = Array.from(this.#followers.values(), (those) => Array.from(those.keys()));
    this.#followers.clear();
    for (const follower of followers.flat()) follower.stop();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#looking || this.#followers.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#look();
    }, this.#options.everyMs);
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    this.#looking = true;
    this.#looks += 1;
    const number = this.#looks;
    const keys = Array.from(this.#followers.keys());
    try {
      const found = await this.#options.look(keys);
      this.#failing = false;
      for (const key of keys) this.#tell(key, number, found.get(key));
    } catch (error) {
      if (!this.#failing) this.#options.onError(error);
      this.#failing = true;
    } finally {
      this.#looking = false;
      this.#schedule();
    }
  }

  /** Those who came while the look was under way may know something later than what it has found. */
  #tell(key: string, number: number, value: T | undefined): void {
    for (const [follower, since] of Array.from(this.#followers.get(key) ?? [])) {
      if (since < number) follower.see(value);
    }
  }
}
