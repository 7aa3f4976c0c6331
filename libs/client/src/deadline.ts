/** The end of an attempt: the caller's, or for want of an answer. */
export class Deadline {
  /** For whatever the attempt waits for. */
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #milliseconds: number;
  #timer: NodeJS.Timeout | undefined;
  #late = false;
  #released = false;

  /** @param milliseconds how long the other side may be silent while it is its turn */
  constructor(milliseconds: number, caller: AbortSignal | undefined) {
    this.signal = this.#controller.signal;
    this.#milliseconds = milliseconds;
    this.#caller = caller;
    if (caller?.aborted === true) this.#onAbort();
    else caller?.addEventListener('abort', this.#onAbort);
  }

  /** Whether the time was up. */
  get late(): boolean {
    return this.#late;
  }

  /** It is the other side's turn. */
  start(): void {
    this.pause();
    if (this.#released) return;
    this.#timer = setTimeout(() => {
      this.#late = true;
      this.#controller.abort();
    }, this.#milliseconds);
  }

  /** It is ours. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  /** Nothing is waited for any more. */
  release(): void {
    this.#released = true;
    this.pause();
    this.#caller?.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => {
    this.#controller.abort(this.#caller?.reason);
  };
}
