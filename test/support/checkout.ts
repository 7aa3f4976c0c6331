import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of the repository. */
export const CHECKOUT = join(fileURLToPath(import.meta.url), '..', '..', '..');
