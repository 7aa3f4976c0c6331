/** How the numbers begin that the demo blocks: the first hundred of Ofcom's mobile numbers for drama. */
const BLOCKED_NATIONAL = '77009000';

/** The hundred numbers that the demo puts on the blocklist before it uploads the sample. */
export const BLOCKED_NUMBERS: readonly string[] = Array.from(
  { length: 100 },
  (_, last) => `44${BLOCKED_NATIONAL}${String(last).padStart(2, '0')}`,
);

/** Whether a national number must be left to the records that are meant to be refused by the blocklist. */
export const isBlocked = (national: string): boolean => national.startsWith(BLOCKED_NATIONAL);
