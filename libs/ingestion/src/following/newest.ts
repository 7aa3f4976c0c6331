import { Alarm } from '../alarm.ts';

/** A place for one value: whoever is slow to take it finds the newest, and nothing piles up. For one taker. */
export class Newest<T> {
  #value: { readonly value: T } | undefined;
  #ended = false;
  /** Lets go who waits for a value, or for the end of a pause. */
  readonly #alarm = new Alarm();
  #pausing = false;

  put(value: T): void {
    this.#value = { value };
    if (!this.#pausing) this.#alarm.ring();
  }

  /** Nothing more will come; who waits is let go. */
  end(): void {
    this.#ended = true;
    this.#alarm.ring();
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** The newest value, unless it was taken before; undefined when none comes within `ms`, or after the end. */
  async take(ms: number): Promise<T | undefined> {
    if (this.#value === undefined) await this.#wait(ms);
    const taken = this.#ended ? undefined : this.#value;
    this.#value = undefined;
    return taken?.value;
  }

  /** Lets `ms` pass, whatever comes meanwhile but the end. */
  async pause(ms: number): Promise<void> {
    this.#pausing = true;
    await this.#wait(ms);
    this.#pausing = false;
  }

  async #wait(ms: number): Promise<void> {
    if (!this.#ended) await this.#alarm.wait(ms);
  }
}
