import type { NumberRange } from './number-ranges.ts';
import { FRANCE, GERMANY, NORTH_AMERICA, UNITED_KINGDOM } from './number-ranges.ts';

/** Where a part of the sample's people live. */
export interface Country {
  readonly code: string;
  /** How many of a hundred records are from there. */
  readonly share: number;
  readonly language: string;
  readonly currency: string;
  readonly ranges: readonly NumberRange[];
  /** The ways to write a national number as digits; the frequent ones stand here more than once. */
  readonly forms: readonly ((national: string) => string)[];
  /** The number that is shown to the called, from a range for fiction too. */
  readonly caller: string;
  readonly products: readonly string[];
  readonly givenNames: readonly string[];
  readonly familyNames: readonly string[];
}

/** As exports of customer databases have them: mostly +44 without the plus, else as dialled at home or from abroad. */
const european = (prefix: string): Country['forms'] => [
  (national) => `${prefix}${national}`,
  (national) => `${prefix}${national}`,
  (national) => `${prefix}${national}`,
  (national) => `0${national}`,
  (national) => `00${prefix}${national}`,
];

const words = (text: string): string[] => text.split(' ');

export const COUNTRIES: readonly Country[] = [
  {
    code: 'US',
    share: 32,
    language: 'en',
    currency: 'USD',
    ranges: NORTH_AMERICA,
    forms: [(national) => `1${national}`, (national) => `1${national}`, (national) => national],
    caller: '12025550100',
    products: ['Auto insurance', 'Home insurance', 'Renters insurance', 'Travel insurance'],
    givenNames: words('James Maria Robert Linda Michael Jennifer David Aisha Carlos Emily Minh'),
    familyNames: words('Smith Johnson Garcia Brown Nguyen Miller Davis Martinez Lee Thompson'),
  },
  {
    code: 'GB',
    share: 32,
    language: 'en',
    currency: 'GBP',
    ranges: UNITED_KINGDOM,
    forms: european('44'),
    caller: '442079460999',
    products: ['Motor insurance', 'Contents insurance', 'Boiler cover', 'Pet insurance'],
    givenNames: words('Oliver Amelia Harry Isla Zoë George Priya Siân Mohammed Grace Ewan'),
    familyNames: words("Jones Taylor Williams Patel Evans O'Brien Walker Khan Wright MacLeod"),
  },
  {
    code: 'FR',
    share: 28,
    language: 'fr',
    currency: 'EUR',
    ranges: FRANCE,
    forms: european('33'),
    caller: '33199009999',
    products: ['Assurance auto', 'Assurance habitation', 'Mutuelle santé', 'Garantie loyers'],
    givenNames: words('Camille Léa Hugo Chloé Élodie François Inès Jérôme Lucas Noémie Théo'),
    familyNames: words('Martin Bernard Dubois Lefèvre Moreau Garnier Benoît Rousseau Faure'),
  },
  {
    code: 'DE',
    share: 8,
    language: 'de',
    currency: 'EUR',
    ranges: GERMANY,
    forms: european('49'),
    caller: '493023125999',
    products: ['Kfz-Versicherung', 'Hausratversicherung', 'Rechtsschutz', 'Haftpflicht'],
    givenNames: words('Anna Jürgen Lukas Käthe Emre Sophie Jörg Felix Marlene Björn Paula'),
    familyNames: words('Müller Schmidt Weiß Fischer Schäfer Yılmaz Becker Krüger Wolf Schröder'),
  },
];
