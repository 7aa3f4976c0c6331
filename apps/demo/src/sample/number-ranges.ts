/**
 * Telephone numbers that the regulators keep for films and plays, so that none of them is anybody's:
 *
 * - North America: 555-0100 to 555-0199 in every area code (the numbering plan's 555 guidelines);
 * - United Kingdom: Ofcom's "telephone numbers for drama use";
 * - France: six blocks of 10,000 in Arcep's numbering plan;
 * - Germany: five blocks of 1,000, the Bundesnetzagentur's "Drama numbers".
 */
export interface NumberRange {
  /** The beginning, as a national number without its leading zero. */
  readonly prefix: string;
  /** How many digits follow; all combinations of them are in the range. */
  readonly digits: number;
  readonly mobile: boolean;
}

const range = (prefix: string, digits: number, mobile = false): NumberRange => ({
  prefix,
  digits,
  mobile,
});

const AREA_CODES = `
  201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 225 228 229 231 234 239 240 248 251 252 253 254
  256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 320 321 323 330
  334 336 337 339 347 351 352 360 361 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423 425 432 434
  435 440 443 469 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515 516 517 518 520 530 540 541 551 559
  561 562 563 567 570 571 573 574 575 580 585 586 601 602 603 605 606 607 608 609 610 612 614 615 616 617 618 619`;

const UK_CITIES = '113 114 115 116 117 118 121 131 141 151 161'.split(' ');

export const NORTH_AMERICA = AREA_CODES.trim()
  .split(/\s+/)
  .map((code) => range(`${code}55501`, 2));

export const UNITED_KINGDOM = [
  ...UK_CITIES.map((code) => range(`${code}4960`, 3)),
  range('2079460', 3),
  range('1914980', 3),
  range('1632960', 3),
  range('7700900', 3, true),
];

export const FRANCE = [
  ...['19900', '26191', '35301', '46571', '53649'].map((prefix) => range(prefix, 4)),
  range('63998', 4, true),
];

export const GERMANY = ['3023125', '6990009', '4066969', '2214710', '8999998'].map((prefix) =>
  range(prefix, 3),
);
