import type { Fault } from '#errors';
import type { SkipOrAbort, WaitOrRefuse } from '#wire';

/** What becomes of records that cannot be admitted, by reason; a `dryRun` admits nothing and only reports. */
export interface UploadPolicy {
  /** `skip`: such records are left out and reported; `abort`: one of them, and nothing of the upload is admitted. */
  readonly onInvalid: SkipOrAbort;
  readonly onDuplicate: SkipOrAbort;
  readonly onBlocklisted: SkipOrAbort;
  /** `wait`: what finds no room under the cap is held until there is some; `refuse`: it is refused, record by record. */
  readonly onFull: WaitOrRefuse;
  readonly dryRun: boolean;
}

export const DEFAULT_POLICY: UploadPolicy = {
  onInvalid: 'skip',
  onDuplicate: 'skip',
  onBlocklisted: 'skip',
  onFull: 'wait',
  dryRun: false,
};

/** The first record of an upload that has something wrong with it. */
export interface LineFault {
  /** The record's number in the upload, from 1. */
  readonly line: number;
  readonly fault: Fault;
}

/** An upload that has come in whole. */
export interface ReceivedUpload {
  readonly received: number;
  readonly invalid: number;
  readonly duplicate: number;
  /** As far as the blocklist was looked at already, which its policy or a dry run asks for; else 0. */
  readonly blocklisted: number;
  /** Of a dry run: records that would find no room. */
  readonly refused: number;
  /** The first of each kind. */
  readonly firstInvalid: LineFault | null;
  readonly firstDuplicate: LineFault | null;
  readonly firstBlocklisted: LineFault | null;
}

/** How an upload begins its life, or that it ends at once. */
export interface IntakeOutcome {
  readonly state: 'queued' | 'completed' | 'completed_with_errors' | 'failed';
  readonly accepted: number;
  readonly refused: number;
  /** Of a failed upload: the fault of the record that it was aborted for. */
  readonly error: Fault | null;
}

/** Whether the blocklist is to be looked at before the upload is accepted. */
export function asksForBlocklist({ onBlocklisted, dryRun }: UploadPolicy): boolean {
  return dryRun || onBlocklisted === 'abort';
}

/**
 * What becomes of an upload that has come in whole: aborted, it fails and all that is not rejected is refused; a dry run ends
 * with its report; with nothing left to admit it has ended; else it takes its place in the queue.
 */
export function applyPolicy(upload: ReceivedUpload, policy: UploadPolicy): IntakeOutcome {
  const left = upload.received - upload.invalid - upload.duplicate - upload.blocklisted;
  const fault = abortedFor(upload, policy);
  if (fault !== null) {
    return { state: 'failed', accepted: 0, refused: left, error: atLine(fault) };
  }
  if (policy.dryRun) {
    const accepted = left - upload.refused;
    const state = accepted === upload.received ? 'completed' : 'completed_with_errors';
    return { state, accepted, refused: upload.refused, error: null };
  }
  const state = left > 0 ? 'queued' : 'completed_with_errors';
  return { state, accepted: 0, refused: 0, error: null };
}

/** The first record, in the order of the lines, that the upload's policy gives it up for. */
function abortedFor(upload: ReceivedUpload, policy: UploadPolicy): LineFault | null {
  const faults = [
    policy.onInvalid === 'abort' ? upload.firstInvalid : null,
    policy.onDuplicate === 'abort' ? upload.firstDuplicate : null,
    policy.onBlocklisted === 'abort' ? upload.firstBlocklisted : null,
  ].filter((fault) => fault !== null);
  return faults.sort((a, b) => a.line - b.line)[0] ?? null;
}

/** `line 17, called[0].calledNo` */
function atLine({ line, fault }: LineFault): Fault {
  const place = [`line ${line}`, fault.place].filter((part) => part !== undefined).join(', ');
  return { ...fault, place };
}
