import { isBlocked } from './blocklist.ts';
import type { Country } from './countries.ts';
import { COUNTRIES } from './countries.ts';
import type { Random } from './random.ts';

/** A number as the interface's Table 5 has it. */
export interface SampleNumber {
  readonly calledNo: string;
  readonly delayTime?: string;
  readonly type?: string;
}

/** A record as the interface's Table 4 has it. */
export interface SampleRecord {
  readonly sessionId?: string | undefined;
  readonly called: readonly [SampleNumber, ...SampleNumber[]];
  readonly caller?: string | undefined;
  readonly customField?: string | undefined;
  readonly recycleTime?: string | undefined;
  readonly callData?: string | undefined;
  readonly priority?: string | undefined;
}

/** The countries, each as often as it comes among a hundred records. */
const PER_HUNDRED = COUNTRIES.flatMap((country) =>
  Array.from({ length: country.share }, () => country),
);

const SEGMENTS = ['Renewal', 'Renewal second call', 'Win back', 'Loyal customer', 'New 客户'];
const PRIORITIES = ['1', '2', '2', '3', '3', '3', '3', '4', '4', '5'];

/** Makes valid records, none with a number that another one has. */
export class RecordMaker {
  readonly #random: Random;
  readonly #used = new Set<string>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** @param line the record's line in the sample, from 1; it is in the session's name */
  make(line: number): SampleRecord {
    const random = this.#random;
    const country = random.pick(PER_HUNDRED);
    const sessionId = `${country.code}-2027-${String(line).padStart(6, '0')}`;
    return {
      // One list without sessions was merged into the export.
      sessionId: random.percent(97) ? sessionId : undefined,
      called: [this.#number(country, '0'), ...this.#furtherNumbers(country)],
      caller: random.percent(80) ? country.caller : undefined,
      customField: random.percent(50) ? random.pick(SEGMENTS) : undefined,
      recycleTime: random.percent(60) ? this.#recycleTime() : undefined,
      callData: JSON.stringify(this.#callData(country, line)),
      priority: random.percent(90) ? random.pick(PRIORITIES) : undefined,
    };
  }

  #furtherNumbers(country: Country): SampleNumber[] {
    if (!this.#random.percent(25)) return [];
    const delays = this.#random.percent(20) ? ['30', '600'] : ['30'];
    return delays.map((delay) => this.#number(country, delay));
  }

  #number(country: Country, delayTime: string): SampleNumber {
    const random = this.#random;
    for (;;) {
      const { prefix, digits, mobile } = random.pick(country.ranges);
      const last = String(random.below(10 ** digits)).padStart(digits, '0');
      const national = `${prefix}${last}`;
      if (isBlocked(national) || this.#used.has(national)) continue;
      this.#used.add(national);
      const written = random.pick(country.forms)(national);
      if (mobile) return { calledNo: written, delayTime, type: 'mobile' };
      const type = random.pick(['home', 'home', 'work']);
      // Behind a switchboard the extension is dialled after a hash.
      const extension = type === 'work' && random.percent(30) ? `#${100 + random.below(900)}` : '';
      return { calledNo: `${written}${extension}`, delayTime, type };
    }
  }

  /** So late that the records of a demo in years to come are not past it. */
  #recycleTime(): string {
    const two = (value: number): string => String(value).padStart(2, '0');
    const below = (limit: number): number => this.#random.below(limit);
    const day = `2099-${two(1 + below(12))}-${two(1 + below(28))}`;
    return `${day} ${two(17 + below(4))}:${below(2) === 0 ? '00' : '30'}:00`;
  }

  #callData(country: Country, line: number): object {
    const random = this.#random;
    return {
      fullName: `${random.pick(country.givenNames)} ${random.pick(country.familyNames)}`,
      language: country.language,
      product: random.pick(country.products),
      policy: `${country.code}${700_000 + line}`,
      premium: `${60 + random.below(40) * 20}.00 ${country.currency}`,
    };
  }
}
