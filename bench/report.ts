/** One line of a benchmark's outcome. */
export interface Measure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is not to exceed, where something is asked of the figure itself. */
  readonly most?: number;
}

/** What a benchmark found: figures, and the ratio that counts, with what it is to reach. */
export interface Report {
  readonly name: string;
  readonly measures: readonly Measure[];
  readonly ratio: {
    readonly of: string;
    readonly value: number;
    readonly reach: number;
    /** `lower` where it is a cost, and to stay below `reach`. Absent: `higher`. */
    readonly better?: 'higher' | 'lower';
  };
}

export function format({ name, measures, ratio }: Report): string {
  const { of, value, reach, better } = ratio;
  const goal =
    better === 'lower'
      ? `at most: ${reach}; ${verdict(value <= reach)}`
      : `to reach: ${reach}; ${verdict(value >= reach)}`;
  return [
    name,
    ...measures.map(formatMeasure),
    `  ${`ratio: ${of}`.padEnd(52)} ${value.toFixed(2).padStart(12)} (${goal})`,
  ].join('\n');
}

function formatMeasure({ name, value, unit, most }: Measure): string {
  const goal = most === undefined ? '' : ` (at most: ${most}; ${verdict(value <= most)})`;
  return `  ${name.padEnd(52)} ${round(value).padStart(12)} ${unit}${goal}`;
}

function verdict(reached: boolean): string {
  return reached ? 'reached' : 'NOT reached';
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(2);
}
