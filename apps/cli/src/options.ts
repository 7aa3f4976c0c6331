import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';

/** Every option that takes a number: digits alone, the service knows the rest. */
export function wholeNumber(text: string): number {
  if (!/^(0|[1-9]\d{0,15})$/.test(text)) {
    throw new InvalidArgumentError('It must be a whole number, in digits alone.');
  }
  return Number(text);
}

/** A header takes ASCII, and no blanks around it. */
export function idempotencyKey(text: string): string {
  if (!/^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(text)) {
    throw new InvalidArgumentError('It must be 1 to 255 letters, digits and punctuation of ASCII.');
  }
  return text;
}

/** For an option that may be given several times. */
export const collect = (value: string, before: readonly string[]): readonly string[] => [
  ...before,
  value,
];

/** The options of everything that needs the service. */
export interface GlobalOptions {
  readonly url?: string;
  readonly token?: string;
  readonly accessKey?: string;
  readonly secretKey?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export function addGlobalOptions(program: Command): void {
  program
    .option('--url <url>', 'where the service is (DIALGATE_URL; default http://127.0.0.1:8080)')
    .option('--token <token>', 'a token (better: DIALGATE_TOKEN)')
    .option(
      '--access-key <key>',
      'the access key that goes with the secret key (DIALGATE_ACCESS_KEY)',
    )
    .option('--secret-key <key>', 'signs every request (better: DIALGATE_SECRET_KEY)')
    .option('--json', 'print JSON and nothing else')
    .option('--quiet', 'no progress');
}

export interface VdnOptions {
  readonly vdn: number;
}

export interface PlaceOptions extends VdnOptions {
  readonly campaign: number;
}

export const vdnOption = (): Option =>
  new Option('--vdn <number>', 'the VDN').argParser(wholeNumber).makeOptionMandatory();

export const campaignOption = (): Option =>
  new Option('--campaign <number>', 'the campaign').argParser(wholeNumber).makeOptionMandatory();

export const placeOf = ({ vdn, campaign }: PlaceOptions) => ({ vdnId: vdn, campaignId: campaign });

/** Options that were not typed are left out, rather than undefined. */
export function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
