import type { Receipt, ReceiptOutcome } from '#wire';
import type { Ask, Connection } from './connection.ts';
import { readLine } from './answers.ts';
import { DialgateError } from './dialgate-error.ts';
import { linesOf } from './lines.ts';
import { pause } from './pause.ts';
import type { CallOptions } from './place.ts';
import { uploadPath } from './place.ts';
import type { RetrySettings } from './retry.ts';
import { delayBefore, isRepeatable } from './retry.ts';

/** `rejected`: all that were not accepted and are not pending. */
export type ReceiptFilter = ReceiptOutcome | 'rejected';

export interface ReceiptOptions extends CallOptions {
  readonly outcome?: ReceiptFilter;
}

export interface RawReceiptOptions extends ReceiptOptions {
  /** `source`: the records back as they were sent, ready to be sent again. */
  readonly format: 'ndjson' | 'csv' | 'source';
}

/**
 * The receipts in their order, read from the service as fast as they are used. When the connection breaks, they are asked
 * for again, and those that were there are passed over: the order of lines never changes.
 */
export async function* receiptsOf(
  connection: Connection,
  retry: RetrySettings,
  uploadId: string,
  { outcome, signal }: ReceiptOptions,
): AsyncGenerator<Receipt, void, undefined> {
  let last = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      // Attempts are counted here alone: a request that repeated itself would make so many of each.
      const asked: Ask = { ...asking(uploadId, 'ndjson', outcome, signal), attempts: 1 };
      for await (const line of linesOf(await connection.stream(asked, TYPES.ndjson))) {
        const receipt = readLine<Receipt>(line, `GET ${asked.path}`, 'line');
        if (receipt.line <= last) continue;
        last = receipt.line;
        attempt = 1;
        yield receipt;
      }
      return;
    } catch (error) {
      if (!(error instanceof DialgateError) || !isRepeatable(error, 'nothing-more')) throw error;
      const delay = delayBefore(error.retryAfterSeconds, attempt, retry, Math.random());
      if (delay === null) throw error;
      await pause(delay, signal);
    }
  }
}

/** The receipts as bytes. When the connection breaks on the way, they end with an error: a part is never taken for all. */
export async function* rawReceiptsOf(
  connection: Connection,
  uploadId: string,
  { format, outcome, signal }: RawReceiptOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* await connection.stream(asking(uploadId, format, outcome, signal), TYPES[format]);
}

function asking(
  uploadId: string,
  format: RawReceiptOptions['format'],
  outcome: ReceiptFilter | undefined,
  signal: AbortSignal | undefined,
): Ask {
  return {
    method: 'GET',
    path: `${uploadPath(uploadId)}/receipts`,
    query: { outcome, format: format === 'source' ? format : undefined },
    headers: { accept: TYPES[format].join(', ') },
    statuses: [200],
    repetition: 'nothing-more',
    signal,
  };
}

const TYPES = {
  ndjson: ['application/x-ndjson'],
  csv: ['text/csv'],
  // That of the upload.
  source: ['application/x-ndjson', 'text/csv'],
} as const;
