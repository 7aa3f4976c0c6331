import type { UploadCounts, UploadView } from '#client';

/** `20000` as `20,000`, whatever the machine's language. */
export const thousands = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** Bytes as people read them. */
export function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}

const MEANINGS: readonly [keyof UploadCounts, string][] = [
  ['received', 'records'],
  ['accepted', 'have a data ID'],
  ['invalid', 'break a rule'],
  ['duplicate', 'repeat a number under the same session'],
  ['blocklisted', 'hold a blocked number'],
  ['refused', 'not taken by the campaign'],
  ['dropped', 'cancelled'],
  ['pending', 'not decided yet'],
];

/**
 * Counts, a line each.
 *
 * @param least what is less is left out, but for what was received
 */
export function countLines(counts: UploadCounts, least = 0): string[] {
  const width = thousands(counts.received).length;
  return MEANINGS.filter(([name]) => name === 'received' || counts[name] >= least).map(
    ([name, meaning]) =>
      `${name.padEnd(11)} ${thousands(counts[name]).padStart(width)}  ${meaning}`,
  );
}

/** An upload, a line each. */
export function uploadLines(upload: UploadView): string[] {
  const { counts, batches, batchId, dryRun, error, estimatedFinishAt, finishedAt } = upload;
  const member = (name: string, value: string | null): string[] =>
    value === null ? [] : [`${name.padEnd(11)} ${value}`];
  return [
    `Upload ${upload.id}: ${upload.state}${dryRun ? ', a dry run: nothing was admitted' : ''}`,
    ...member('campaign', `${upload.campaignId} of VDN ${upload.vdnId}`),
    ...member('batch ID', batchId),
    ...member('batches', dryRun ? null : `${batches.done} of ${batches.total}`),
    ...member('finished', finishedAt),
    ...(finishedAt === null ? member('expected', estimatedFinishAt) : []),
    ...member('error', error && `${error.code} ${error.description}`),
    ...countLines(counts, 1),
  ];
}

/** Members and values, a line each; members of members with their whole path. */
export function memberLines(members: object): string[] {
  const entries = entriesOf(members, '');
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}

function entriesOf(members: object, path: string): [string, string][] {
  return Object.entries(members).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? entriesOf(value, `${path}${name}.`)
      : [[`${path}${name}`, shown(value)]],
  );
}

function shown(value: unknown): string {
  if (value === null) return '-';
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
