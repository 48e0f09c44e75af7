import { roles, type Role } from '@zentrix/shared/scopes.ts'

export const roleNames: Record<Role, string> = {
  owner: 'Owner',
  admin: 'Admin',
  member: 'Member',
  viewer: 'Viewer',
}

/** The permissions of each role. */
export const roleMeanings: Record<Role, string> = {
  owner: 'Everything: all keys, members, service tokens and the organization itself.',
  admin: 'All keys, and everyone in the organization but its owners.',
  member: 'Sees all keys, makes new ones, and changes the ones they made.',
  viewer: 'Sees all keys and the audit log, and changes nothing.',
}

/** The roles that someone may give to others, the most powerful first; only owners make owners. */
export function rolesToGive(by: Role): Role[] {
  return roles.filter((role) => role !== 'owner' || by === 'owner').toReversed()
}
