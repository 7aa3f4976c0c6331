/** Lets one at a time wait for a while that can be ended early. */
export class Alarm {
  #ring: (() => void) | undefined;

  /** Ends the wait that is going on, if one is. */
  ring(): void {
    this.#ring?.();
  }

  /** Resolves after `ms`, or when it rings. */
  async wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#ring = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#ring = undefined;
  }
}
