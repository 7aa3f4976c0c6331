import { SetMetadata } from '@nestjs/common';
import type { CustomDecorator } from '@nestjs/common';
import type { Role } from '#auth';

export const PUBLIC = Symbol('public');
export const NEEDED_ROLES = Symbol('needed roles');
export const STREAMED = Symbol('streamed');

/** Marks what answers without credentials. Everything else asks for them. */
export const Public = (): CustomDecorator<symbol> => SetMetadata(PUBLIC, true);

/** Says which roles may do this: any of them. What says nothing is the operator's alone. */
export const Allow = (...roles: Role[]): CustomDecorator<symbol> =>
  SetMetadata(NEEDED_ROLES, roles);

/**
 * Marks a handler that reads its body as a stream and lets nothing of it take effect before its end, where it looks at
 * its key once more: a signature is proved while it streams. Every other signed body is read and proved before its handler is
 * called, and of every other body reading it asks for the key again.
 */
export const Streamed = (): CustomDecorator<symbol> => SetMetadata(STREAMED, true);
