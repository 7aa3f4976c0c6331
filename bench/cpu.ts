/**
 * The CPU time, in ms, that this process has used: what others do on the same machine does not change it, as it would the
 * time on the wall.
 */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The least CPU time, in ms, that each piece of work takes; in turn, so that a slow minute of the machine meets all. */
export function leastCpu<K extends string>(
  rounds: number,
  works: Readonly<Record<K, () => void>>,
): Record<K, number> {
  const least: Partial<Record<K, number>> = {};
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(works) as K[]) {
      const begun = cpuTime();
      works[name]();
      least[name] = Math.min(least[name] ?? Infinity, cpuTime() - begun);
    }
  }
  return least as Record<K, number>;
}
