import { randomUUID } from 'node:crypto';
import { CODE } from '#errors';
import type { AdmittedCall, CallEnvelope, CallRecord } from '#wire';
import type { Connection } from './connection.ts';
import { readJson } from './answers.ts';
import { jsonContent } from './content.ts';
import { readRetryAfter } from './dialgate-error.ts';
import type { CallOptions, CampaignPlace } from './place.ts';

export interface AddOptions extends CallOptions {
  readonly batchId?: string;
  /** Default: a random one. The same again repeats the call without harm, also from another process. */
  readonly idempotencyKey?: string;
}

/** The verdict on a synchronous call: all records admitted, or none. */
export type Verdict = (
  | ({ readonly admitted: true } & AdmittedCall)
  | {
      readonly admitted: false;
      readonly code: string;
      /** Names the offending place. */
      readonly description: string;
      /** Where the campaign's interval is not over: how long it still takes. */
      readonly retryAfterSeconds: number | null;
    }
) & {
  /** As it was answered. */
  readonly envelope: CallEnvelope;
  /** Whether the answer of an earlier call under the same key was repeated. */
  readonly replayed: boolean;
};

export class Calls {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * The synchronous call of the compatible interface. A refusal is a verdict, not an error. When the answer is lost the call
   * is repeated under its Idempotency-Key, so that it takes effect once.
   */
  add(
    { vdnId, campaignId }: CampaignPlace,
    callDataList: readonly CallRecord[],
    { batchId, idempotencyKey = randomUUID(), signal }: AddOptions = {},
  ): Promise<Verdict> {
    const path = `/rest/isales/v2/openapi/campaigns/${vdnId}/calldata/${campaignId}`;
    return this.#connection.send(
      {
        method: 'POST',
        path,
        content: jsonContent({ batchId, callDataList }),
        statuses: [200],
        repetition: 'nothing-more',
        idempotencyKey,
        signal,
      },
      async (response) =>
        verdictOf(await readJson(response, `POST ${path}`, 'resultCode'), response.headers),
    );
  }
}

function verdictOf(envelope: CallEnvelope, headers: Headers): Verdict {
  const replayed = headers.get('idempotent-replayed') === 'true';
  const { resultCode, resultDesc, returnObject } = envelope;
  if (resultCode === CODE.SUCCESS && returnObject !== undefined) {
    return { admitted: true, ...returnObject, envelope, replayed };
  }
  const retryAfterSeconds = readRetryAfter(headers.get('retry-after'), Date.now());
  return {
    admitted: false,
    code: resultCode,
    description: resultDesc,
    retryAfterSeconds,
    envelope,
    replayed,
  };
}
