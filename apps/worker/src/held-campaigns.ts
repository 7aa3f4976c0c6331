/** How long, in ms, a campaign is left alone after it was waited for in vain. */
export const PAUSE_MS = 250;

/** How long, in ms, an attempt counts as under way: longer than one takes, for one whose end is never told. */
const ATTEMPT_MS = 2_000;

/** After how long, in ms, a campaign that nobody has come for is forgotten. */
const FORGET_MS = 60_000;

/**
 * The campaigns whose lock was waited for in vain. Of each one attempt is made at a time, so that however many calls it has,
 * they keep no more than one connection and one place at work from those of other campaigns.
 */
export class HeldCampaigns {
  readonly #now: () => number;
  /** By campaign, when the next attempt may be made. */
  readonly #next = new Map<string, number>();

  /** @param now a clock, in ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether to try. Who is told so tells what came of it. */
  mayTry(campaign: string): boolean {
    const next = this.#next.get(campaign);
    if (next === undefined) return true;
    const now = this.#now();
    if (now < next) return false;
    this.#next.set(campaign, now + ATTEMPT_MS);
    return true;
  }

  /** It was not tried after all: others may. */
  noteUntried(campaign: string): void {
    if (this.#next.has(campaign)) this.#next.set(campaign, this.#now());
  }

  /** It was waited for in vain. Answers whether that is new. */
  noteHeld(campaign: string): boolean {
    const isNew = !this.#next.has(campaign);
    const now = this.#now();
    this.#next.set(campaign, now + PAUSE_MS);
    for (const [other, next] of this.#next) {
      if (next < now - FORGET_MS) this.#next.delete(other);
    }
    return isNew;
  }

  /** Its lock was got. */
  noteFree(campaign: string): void {
    this.#next.delete(campaign);
  }
}
