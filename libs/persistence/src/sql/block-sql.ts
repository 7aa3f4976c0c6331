/** What a change of a VDN's blocklist has brought about. */
export interface Blocked {
  /** Numbers that were not there, or whose time was over. */
  readonly added: number;
  readonly updated: number;
}

/**
 * A statement that blocks numbers in a VDN whose lock is held, or changes when they expire; of a number given twice the
 * last counts. An entry whose time is over counts as not there. What stands there already as it is given is left alone, so
 * that sending the same list every night leaves no dead rows behind.
 *
 * @param vdn an SQL expression for the VDN
 * @param given what stands behind FROM, with `n`: the numbers and their expiry in the order given
 * @param order the order given, the last first
 */
export const blockSql = (vdn: string, given: string, order: string): string => `
  WITH clock AS MATERIALIZED (
    SELECT clock_timestamp() AS now
  ), given AS MATERIALIZED (
    SELECT DISTINCT ON (n.number COLLATE "C") ${vdn} AS vdn_id, n.number COLLATE "C" AS number, n.expires_at
      FROM ${given}
     ORDER BY n.number COLLATE "C", ${order}
  ), blocked AS (
    INSERT INTO blocklist AS l (vdn_id, number, expires_at, created_at)
    SELECT g.vdn_id, g.number, g.expires_at, clock.now
      FROM given g, clock
     ORDER BY g.number
        ON CONFLICT (vdn_id, number) DO UPDATE
       SET expires_at = excluded.expires_at,
           created_at = CASE WHEN l.expires_at <= excluded.created_at THEN excluded.created_at ELSE l.created_at END
     WHERE l.expires_at IS DISTINCT FROM excluded.expires_at OR l.expires_at <= excluded.created_at
    RETURNING l.created_at
  ), counts AS (
    SELECT (SELECT count(*)::int FROM blocked, clock WHERE blocked.created_at = clock.now) AS added,
           (SELECT count(*)::int FROM given) AS given
  )
  SELECT added, given - added AS updated FROM counts`;
