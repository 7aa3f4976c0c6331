import { KEY_ROLES } from '#wire';
import type { KeyRole } from '#wire';

export const ROLES = KEY_ROLES;

export type Role = KeyRole;

/** Whether one who has these roles may do what takes the role `needed`. */
export function allows(roles: readonly Role[], needed: Role): boolean {
  return roles.includes(needed) || roles.includes('admin');
}

export function isRole(value: unknown): value is Role {
  return (ROLES as readonly unknown[]).includes(value);
}
