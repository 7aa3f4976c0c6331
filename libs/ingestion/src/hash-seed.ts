import { randomInt } from 'node:crypto';

/** 32 bits that nobody can guess, for an index of numbers that others choose. */
export const hashSeed = (): number => randomInt(2 ** 32);
