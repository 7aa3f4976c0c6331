import type { Random } from '../support/random.ts';

export type BodyKind = 'ndjson' | 'csv' | 'json';

const RECORDS = 300;

/** Numbers of the valid records at the end: of the others any may be wrong. None of the others has one of these. */
const SURE = Array.from({ length: 30 }, (_, index) => String(10_000_000 + index));

/**
 * A body with records of every sort: valid ones, 30 at least, repetitions, numbers that are blocked (110), and whatever can
 * be wrong with a record, in every spelling that the form allows.
 */
export function awkwardBody(kind: BodyKind, random: Random): Buffer {
  switch (kind) {
    case 'ndjson':
      return lines(random);
    case 'csv':
      return rows(random);
    case 'json':
      return Buffer.from(
        `{"callDataList":[${[...Array.from({ length: RECORDS }, () => recordText(random)), ...SURE.map(sureText)].join()}]}`,
      );
  }
}

const text = (random: Random): string =>
  random.pick([
    '',
    'a',
    '中\u{1F4DE}',
    '"q"',
    'x,y',
    'a\nb',
    'a\r\nb',
    '\r',
    ' ',
    '\uFEFF',
    "'",
    '=1',
  ]);

const calledNo = (random: Random): string =>
  random.pick(['110', 'x', '', '7', '8', random.digits(9), random.digits(9), random.digits(9)]);

/** A record as JSON, now and then none. */
function recordText(random: Random): string {
  if (random.next() < 0.05) return random.pick(['null', '5', '[]', '{"called":1}', '"text"']);
  const called = Array.from({ length: random.between(0, 3) || 1 }, () => {
    const type = random.next() < 0.3 ? `,"type":${JSON.stringify(text(random))}` : '';
    return `{"calledNo":${JSON.stringify(calledNo(random))}${type}}`;
  });
  const members = [
    `"called":[${called.join()}]`,
    `"sessionId":${JSON.stringify(random.pick(['', 's1', text(random)]))}`,
    ...(random.next() < 0.2 ? ['"x":1.50', '"__proto__":{"y":"\\u00e4"}'] : []),
    ...(random.next() < 0.1 ? ['"priority":"7"'] : []),
  ];
  return `{${members.join()}}`;
}

const sureText = (calledNo: string): string => `{"called":[{"calledNo":"${calledNo}"}]}`;

function lines(random: Random): Buffer {
  const parts = Array.from({ length: RECORDS }, () => {
    const end = random.pick(['\n', '\r\n', '\n\n', '\n \n']);
    const broken = random.next();
    if (broken < 0.05) return Buffer.from(`{"called":"\xff\xfe"}${end}`, 'latin1');
    if (broken < 0.1) return Buffer.from(`${random.pick(['{', '\uFEFF{}', 'x', '"\\'])}${end}`);
    return Buffer.from(`${random.pick(['', ' '])}${recordText(random)}${end}`);
  });
  const sure = Buffer.from(SURE.map(sureText).join('\n'));
  return Buffer.concat([Buffer.from(random.pick(['', '\uFEFF'])), ...parts, sure]);
}

const COLUMNS = [
  ...['sessionId', 'calledNo', 'type', 'calledNo2', 'delayTime2', 'priority', 'calledNo3'],
  ...['called', '__proto__', 'city', '', '"two\nlines"', ' caller '],
];

function rows(random: Random): Buffer {
  const lineEnd = random.pick(['\n', '\r\n']);
  const columns = COLUMNS.filter((name) => name === 'calledNo' || random.next() < 0.8);
  const field = (name: string): string => {
    if (name === '' && random.next() < 0.9) return '';
    if (random.next() < 0.4 && name !== 'calledNo') return '';
    const value = name.startsWith('calledNo') ? calledNo(random) : text(random);
    const isQuoted = /[",\r\n]/.test(value) || random.next() < 0.2;
    return isQuoted ? `"${value.replaceAll('"', '""')}"` : value;
  };
  const parts = Array.from({ length: RECORDS }, () => {
    const end = random.pick([lineEnd, lineEnd, `${lineEnd}${lineEnd}`]);
    if (random.next() < 0.05) return Buffer.from(`\xff,"\xe4\n",1${end}`, 'latin1');
    const fields = columns.slice(0, random.between(1, columns.length)).map(field);
    if (random.next() < 0.05) fields.push('', text(random).replace(/[\s\S]*/, 'x'));
    // A line of nothing but blanks would be none.
    const row = fields.join();
    return Buffer.from((row.trim() === '' ? '""' : row) + end);
  });
  const header = random.pick(['', '\uFEFF']) + columns.join() + lineEnd;
  const sure = SURE.map((number) =>
    columns.map((name) => (name === 'calledNo' ? number : '')).join(),
  ).join(lineEnd);
  return Buffer.concat([Buffer.from(header), ...parts, Buffer.from(sure)]);
}
