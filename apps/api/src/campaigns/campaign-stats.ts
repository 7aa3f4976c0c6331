import type { CampaignStatsRow } from '#persistence';
import { RECORD_STATUSES, SHOWN_STATES } from '#wire';
import type { CampaignStats } from '#wire';

/** The priorities of records, the most urgent first. */
const PRIORITIES = ['1', '2', '3', '4', '5'] as const;

export function showStats({ records, priorities, uploads }: CampaignStatsRow): CampaignStats {
  return {
    records: {
      byStatus: counts(RECORD_STATUSES, records),
      byPriority: counts(PRIORITIES, priorities),
    },
    uploads: { byState: counts(SHOWN_STATES, uploads) },
  };
}

function counts<Name extends string>(
  names: readonly Name[],
  found: Readonly<Record<string, number | undefined>>,
): Record<Name, number> {
  const entries = names.map((name) => [name, found[name] ?? 0] as const);
  return Object.fromEntries(entries) as Record<Name, number>;
}
