/** What a key may do; `admin` is allowed all in its VDN, both other roles included. */
export const ROLES = ['uploader', 'dialer', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** Whether one who has these roles may do what takes the role `needed`. */
export function allows(roles: readonly Role[], needed: Role): boolean {
  return roles.includes(needed) || roles.includes('admin');
}

export function isRole(value: unknown): value is Role {
  return (ROLES as readonly unknown[]).includes(value);
}
