import type { CallRecord, UploadPolicy, UploadView } from '#client';

/** What is known of a record before it is sent. */
export type LineKind = 'valid' | 'invalid' | 'duplicate' | 'blocked';

export interface SentLine {
  readonly kind: LineKind;
  readonly number: string;
}

export interface SentUpload {
  readonly id: string;
  readonly campaignId: number;
  readonly policy: UploadPolicy;
  readonly dryRun: boolean;
  readonly lines: readonly SentLine[];
  /** A command to cancel it took effect. */
  cancelled: boolean;
  /** As it was last seen. */
  seen: UploadView;
}

export type Fate = 'completed' | 'failed' | 'deleted';

/** What was handed in, and what dialers did: the books that the service's own are held against at the end. */
export class Ledger {
  readonly uploads: SentUpload[] = [];
  /** By data ID of a synchronous call's record: the campaign. */
  readonly called = new Map<string, number>();
  /** By data ID that a dialer holds: the campaign. */
  readonly held = new Map<string, number>();
  /** By data ID: how a record ended, and in which campaign. */
  readonly ended = new Map<string, { readonly fate: Fate; readonly campaignId: number }>();
  /** Numbers that were ever blocked. */
  readonly blocked = new Set<string>();
  #numbers = 0;

  /** A number that no other record has. */
  newNumber(): string {
    this.#numbers += 1;
    return `139${String(this.#numbers).padStart(8, '0')}`;
  }

  endedIn(campaignId: number, fate: Fate): number {
    return [...this.ended.values()].filter(
      (record) => record.campaignId === campaignId && record.fate === fate,
    ).length;
  }
}

/** The record that is sent for a line. */
export function recordOf({ kind, number }: SentLine): CallRecord {
  return { called: [{ calledNo: kind === 'invalid' ? `${number}x` : number }] };
}

/** Whether the policy gives up an upload with these lines. */
export function isGivenUp({ policy, lines }: Pick<SentUpload, 'policy' | 'lines'>): boolean {
  const has = (kind: LineKind): boolean => lines.some((line) => line.kind === kind);
  return (
    (policy.onInvalid === 'abort' && has('invalid')) ||
    (policy.onDuplicate === 'abort' && has('duplicate')) ||
    (policy.onBlocklisted === 'abort' && has('blocked'))
  );
}

/** What may have become of a line of an upload that has ended. */
export function allowedOutcomes(
  { blocked }: Ledger,
  upload: SentUpload,
  { kind, number }: SentLine,
): readonly string[] {
  if (kind === 'invalid' || kind === 'duplicate') return [kind];
  const left = upload.cancelled ? ['dropped'] : [];
  if (isGivenUp(upload)) return ['refused', 'blocklisted'];
  if (kind === 'blocked') return ['blocklisted', ...left];
  return [
    'accepted',
    ...left,
    ...(blocked.has(number) ? ['blocklisted'] : []),
    ...(upload.policy.onFull === 'refuse' ? ['refused'] : []),
  ];
}
