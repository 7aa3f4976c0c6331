import type { Service } from '../service.ts';

/** A record as the database keeps it. */
export interface KeptRecord {
  readonly line: number;
  readonly priority: number;
  readonly recycleAt: string | null;
  readonly source: string;
}

/** The records of a VDN, in order. */
export async function keptOf({ database }: Service, vdn: number): Promise<KeptRecord[]> {
  const rows = await database.query<Omit<KeptRecord, 'recycleAt'> & { recycle_at: Date | null }>(
    'SELECT line, priority, recycle_at, source FROM records WHERE vdn_id = $1 ORDER BY id',
    [vdn],
  );
  return rows.map(({ line, priority, recycle_at: recycleAt, source }) => ({
    line,
    priority,
    recycleAt: recycleAt?.toISOString() ?? null,
    source,
  }));
}
