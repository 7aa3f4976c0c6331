import type { CallRecord, UploadPolicy, UploadView } from '#client';

/** What is known of a record before it is sent. */
export type LineKind = 'valid' | 'invalid' | 'duplicate' | 'blocked';

/** `past`: its `recycleTime` has passed, so that it is admitted, and then taken out. */
export type RecycleTime = 'none' | 'past' | 'future';

export interface SentLine {
  readonly kind: LineKind;
  readonly number: string;
  /** Absent: not sent. */
  readonly priority?: string | undefined;
  readonly recycleTime: RecycleTime;
}

const TIMES = { none: undefined, past: '2020-01-01 00:00:00', future: '2099-01-01 00:00:00' };

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

export type Fate = 'completed' | 'failed' | 'deleted' | 'recycled';

/** A record that dialers know. */
export interface KnownRecord {
  readonly campaignId: number;
  readonly priority: number;
}

/** What was handed in, and what dialers did: the books that the service's own are held against at the end. */
export class Ledger {
  readonly uploads: SentUpload[] = [];
  /** By data ID of a synchronous call's record: the campaign. */
  readonly called = new Map<string, number>();
  /** By data ID: what a dialer holds. */
  readonly held = new Map<string, KnownRecord>();
  /** By data ID: what was held, and can be leased again: it was released, or the lease has run out. */
  readonly free = new Map<string, KnownRecord>();
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
export function recordOf({ kind, number, priority, recycleTime }: SentLine): CallRecord {
  const time = TIMES[recycleTime];
  return {
    called: [{ calledNo: kind === 'invalid' ? `${number}x` : number }],
    ...(priority === undefined ? {} : { priority }),
    ...(time === undefined ? {} : { recycleTime: time }),
  };
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
