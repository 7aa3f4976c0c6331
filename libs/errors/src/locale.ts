/** The languages that descriptions are written in. */
export const LOCALES = ['zh_CN', 'en_US'] as const;

export type Locale = (typeof LOCALES)[number];

/** One text in every language. */
export type Texts = Readonly<Record<Locale, string>>;

/**
 * The language asked for by a `locale` header (the interface's Table 2).
 *
 * Any value but `zh_CN` and `en_US`, a repeated header and a missing one count as the fallback:
 * `zh_CN` on the compatible face, `en_US` on the native one.
 */
export function parseLocale(
  header: string | readonly string[] | undefined,
  fallback: Locale,
): Locale {
  return LOCALES.find((locale) => locale === header) ?? fallback;
}
