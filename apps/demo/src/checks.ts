import type { CallEnvelope, Receipt, UploadView } from '#client';
import { thousands } from '../../cli/src/texts.ts';
import type { Evidence } from './evidence.ts';
import type { Kind } from './sample/kinds.ts';

/** Something that was shown, and whether the database says the same. */
export interface Check {
  readonly what: string;
  readonly passed: boolean;
  /** What was found. */
  readonly detail: string;
}

/** What the demo has shown, and what it knows of its sample. */
export interface Shown {
  readonly upload: Pick<UploadView, 'batches' | 'counts'>;
  readonly receipts: readonly Receipt[];
  readonly blocked: number;
  readonly answer: Pick<CallEnvelope, 'returnObject'>;
  /** The sample's lines, as they were sent. */
  readonly lines: readonly Buffer[];
  readonly kinds: readonly Kind[];
}

/** Compares what was shown with what was found. */
export function judge(shown: Shown, found: Evidence): Check[] {
  return [
    ...outcomes(shown, found),
    total(shown, found),
    rowsOfRecords(shown, found),
    dataIds(shown, found),
    reasons(shown, found),
    kinds(shown, found),
    sources(shown, found),
    noneBlocked(shown, found),
    check('no number was admitted twice under one session', found.repeatedAdmitted === 0),
    synchronousCall(shown, found),
    backlog(shown, found),
    pace(shown, found),
  ];
}

/** A check as it is printed. */
export const checkLine = ({ what, passed, detail }: Check): string =>
  `${passed ? '✔' : '✘'} ${what}${detail === '' ? '' : `: ${detail}`}`;

const check = (what: string, passed: boolean, detail = ''): Check => ({ what, passed, detail });

const REJECTIONS = ['invalid', 'duplicate', 'blocklisted', 'refused', 'dropped'] as const;

function outcomes({ upload: { counts } }: Shown, { rejections }: Evidence): Check[] {
  return REJECTIONS.map((outcome) => {
    const rows = rejections.filter((rejection) => rejection.outcome === outcome).length;
    return check(
      `${outcome}: as many rows as were shown`,
      rows === counts[outcome],
      `${thousands(rows)} and ${thousands(counts[outcome])}`,
    );
  });
}

function total({ upload: { counts }, lines }: Shown, found: Evidence): Check {
  const sum = counts.accepted + REJECTIONS.reduce((before, outcome) => before + counts[outcome], 0);
  const rows = found.records.length + found.rejections.length;
  const all = [sum, rows, lines.length, counts.received];
  return check(
    'the outcomes, the rows and the lines of the file add up to what was received, with none pending',
    counts.pending === 0 && all.every((number) => number === counts.received),
    all.map(thousands).join(' = '),
  );
}

function rowsOfRecords({ upload: { counts } }: Shown, { records }: Evidence): Check {
  return check(
    'accepted: as many records in the table as were shown',
    records.length === counts.accepted,
    `${thousands(records.length)} and ${thousands(counts.accepted)}`,
  );
}

function dataIds({ receipts }: Shown, { records }: Evidence): Check {
  const accepted = receipts.filter(({ outcome }) => outcome === 'accepted');
  const same = records.every(
    ({ dataId, line }, index) =>
      accepted[index]?.dataId === dataId && accepted[index].line === line,
  );
  const ordered = records.every(
    ({ dataId, line }, index) =>
      dataId.length === 19 && (index === 0 || line > (records[index - 1]?.line ?? Infinity)),
  );
  const unique = new Set(accepted.map(({ dataId }) => dataId)).size;
  return check(
    "the receipts' data IDs are the table's: 19 digits, unique, in the order of the lines",
    same && ordered && unique === records.length && accepted.length === records.length,
    `${records[0]?.dataId ?? 'none'} to ${records.at(-1)?.dataId ?? 'none'}`,
  );
}

function reasons({ receipts }: Shown, { rejections }: Evidence): Check {
  const rejected = receipts.filter(({ outcome }) => outcome !== 'accepted');
  const same = rejections.every(({ line, outcome, code }, index) => {
    const receipt = rejected[index];
    return receipt?.line === line && receipt.outcome === outcome && receipt.code === code;
  });
  return check(
    'every other receipt has the line, the outcome and the code of its row',
    same && rejected.length === rejections.length,
    thousands(rejected.length),
  );
}

function kinds(shown: Shown, { rejections }: Evidence): Check {
  const count = (
    list: readonly { outcome: string; code: string; count?: number }[],
  ): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const { outcome, code, count: more = 1 } of list) {
      const key = `${outcome} ${code}`;
      counts.set(key, (counts.get(key) ?? 0) + more);
    }
    return counts;
  };
  const wanted = count(shown.kinds);
  const there = count(rejections);
  const different = [...new Set([...wanted.keys(), ...there.keys()])].filter(
    (key) => wanted.get(key) !== there.get(key),
  );
  return check(
    'each code was given to as many records as the sample was made with',
    different.length === 0,
    different.length === 0 ? `${wanted.size} codes` : `not so: ${different.join(', ')}`,
  );
}

function sources({ lines }: Shown, { records, rejections }: Evidence): Check {
  const sent = (line: number): Buffer => lines[line - 1] ?? Buffer.alloc(0);
  const altered =
    records.filter(({ line, source }) => !sent(line).equals(Buffer.from(source))).length +
    rejections.filter(({ line, source }) => !sent(line).equals(source)).length;
  return check(
    'every record, admitted or not, is kept byte for byte as it was sent',
    altered === 0,
    `${thousands(altered)} altered`,
  );
}

function noneBlocked({ blocked }: Shown, found: Evidence): Check {
  return check(
    'no number of the blocklist was admitted',
    found.blocked === blocked && found.blockedAdmitted === 0,
    `${found.blocked} blocked, ${found.blockedAdmitted} admitted`,
  );
}

function synchronousCall({ answer }: Shown, { called }: Evidence): Check {
  const list = answer.returnObject?.dataIdList ?? [];
  const same = list.every(
    (entry, index) =>
      called[index]?.dataId === entry.dataId && called[index].called === entry.called,
  );
  return check(
    "the synchronous call's data IDs are rows with its numbers",
    list.length > 0 && list.length === called.length && same,
    `${called.length} records`,
  );
}

function backlog({ upload, answer }: Shown, { incomplete, waiting, called }: Evidence): Check {
  const admitted = upload.counts.accepted + called.length;
  const shown = answer.returnObject?.totalSize ?? -1;
  return check(
    "the campaign's incomplete records are its waiting rows, and the totalSize that the call was told",
    [waiting, shown, admitted].every((number) => number === incomplete),
    [incomplete, waiting, shown].map(thousands).join(' = '),
  );
}

function pace({ upload }: Shown, { admissions, gapsMs, admissionIntervalMs }: Evidence): Check {
  const least = Math.min(...gapsMs);
  return check(
    `no two admissions are less than ${thousands(admissionIntervalMs)} ms apart, by the database's clock`,
    // The upload's batches, and the synchronous call.
    admissions === upload.batches.total + 1 &&
      gapsMs.length === admissions - 1 &&
      least >= admissionIntervalMs,
    `${admissions} admissions, the closest ${least.toFixed(3)} ms apart`,
  );
}
