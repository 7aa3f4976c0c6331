export {
  checkBlocklistBody,
  checkBlocklistItem,
  isPhoneText,
  readBlockedNumber,
} from './blocked-number.ts';
export type { BlockedNumber, BlocklistBody } from './blocked-number.ts';
export { NumberColumns } from './number-columns.ts';
