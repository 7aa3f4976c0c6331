import { admitCall } from '#ingestion';
import type { CallTurn } from '#ingestion';
import type { Database } from '#persistence';
import type { CallJob, Outcome } from '#queue';
import { HeldCampaigns, PAUSE_MS } from './held-campaigns.ts';
import { LEAD_MS, waitUnlessStopping } from './pace.ts';

/** Decides synchronous calls; one that has to wait for its slot waits in the queue, and the last moments in process. */
export class CallProcessor {
  readonly #database: Database;
  readonly #held: HeldCampaigns;
  readonly #onHeld: (call: CallJob) => void;

  /** @param onHeld told of a campaign that somebody holds: for the log */
  constructor(
    database: Database,
    onHeld: (call: CallJob) => void,
    held: HeldCampaigns = new HeldCampaigns(),
  ) {
    this.#database = database;
    this.#onHeld = onHeld;
    this.#held = held;
  }

  /** A call may be processed twice: the second time it finds the verdict and does nothing. */
  async process(call: CallJob, stopping: AbortSignal): Promise<Outcome> {
    const campaign = `${call.vdnId}-${call.campaignId}`;
    for (;;) {
      if (!this.#held.mayTry(campaign)) return { kind: 'again', inMs: PAUSE_MS };
      const turn = await admitCall(this.#database, call.callId);
      this.#note(call, campaign, turn);
      if (turn.kind === 'held') return { kind: 'again', inMs: PAUSE_MS };
      if (turn.kind !== 'wait') return { kind: 'done' };
      if (turn.ms > LEAD_MS) return { kind: 'again', inMs: turn.ms - LEAD_MS };
      if (stopping.aborted) return { kind: 'again', inMs: turn.ms };
      await waitUnlessStopping(turn.ms, stopping);
    }
  }

  #note(call: CallJob, campaign: string, { kind }: CallTurn): void {
    if (kind === 'gone') this.#held.noteUntried(campaign);
    else if (kind !== 'held') this.#held.noteFree(campaign);
    else if (this.#held.noteHeld(campaign)) this.#onHeld(call);
  }
}
