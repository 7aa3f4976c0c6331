import { RECORD_STATUSES, UPLOAD_STATES } from '#domain';
import type { CampaignStatsRow } from '#persistence';

/** The priorities of records, the most urgent first. */
const PRIORITIES = ['1', '2', '3', '4', '5'] as const;

/** A campaign in numbers, all of one moment. */
export interface CampaignStats {
  readonly records: {
    /** Ended ones since the campaign was created, those removed meanwhile included. */
    readonly byStatus: Readonly<Record<string, number>>;
    /** Incomplete ones, waiting or leased. */
    readonly byPriority: Readonly<Record<string, number>>;
  };
  readonly uploads: { readonly byState: Readonly<Record<string, number>> };
}

export function showStats({ records, priorities, uploads }: CampaignStatsRow): CampaignStats {
  return {
    records: {
      byStatus: counts(RECORD_STATUSES, records),
      byPriority: counts(PRIORITIES, priorities),
    },
    uploads: { byState: counts(SHOWN_STATES, uploads) },
  };
}

/** An upload that is still being received is shown nowhere. */
export const SHOWN_STATES = UPLOAD_STATES.filter((state) => state !== 'receiving');

function counts(
  names: readonly string[],
  found: Readonly<Record<string, number | undefined>>,
): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, found[name] ?? 0]));
}
