import { randomUUID } from 'node:crypto'
import { handOver } from '../../../scripts/testkit/api/hand-over.ts'
import type { Person, TestApi } from '../../../scripts/testkit/api/kit.ts'

/** Makes the person of a column of the table, a new one each time. */
export type MakePerson = (api: TestApi, organizationId: string) => Promise<Person>

const withRole =
  (role: 'viewer' | 'member' | 'admin' | 'owner'): MakePerson =>
  (api, organizationId) =>
    api.member(organizationId, role)

export const people = {
  /** Was a member when the session began; the session still names the organization. */
  removed: async (api, organizationId) => {
    const person = await api.member(organizationId, 'admin')
    await api.ctx.db.deleteFrom('members').where('user_id', '=', person.id).execute()
    return person
  },
  viewer: withRole('viewer'),
  /** A member, and the key in question is one that they made. */
  maker: withRole('member'),
  member: withRole('member'),
  admin: withRole('admin'),
  owner: withRole('owner'),
  /** The owner of another organization. */
  other: (api) => api.owner(),
  /** An owner who also sends the token of a service that may only read the audit log. */
  both: withRole('owner'),
  /** An owner whom the platform has handed over: with no account here. */
  handed: (api, organizationId) =>
    handOver(api, {
      organizationId,
      user: { email: `${randomUUID()}@example.com` },
      role: 'owner',
    }),
} satisfies Record<string, MakePerson>

/** The token within a session's cookie. */
export function sessionTokenOf({ cookie }: Person): string {
  return decodeURIComponent(cookie.split('=')[1]!).split('.')[0]!
}

/** Cookies that once were, or look like, a session. */
export async function badCookies(api: TestApi, organizationId: string): Promise<string[]> {
  const { cookie } = await api.member(organizationId, 'owner')
  const endSession = async (change: 'expire' | 'delete') => {
    const person = await api.member(organizationId, 'owner')
    const token = sessionTokenOf(person)
    const at = new Date(Date.now() - 1000).toISOString()
    if (change === 'delete')
      await api.ctx.db.deleteFrom('sessions').where('token', '=', token).execute()
    else
      await api.ctx.db
        .updateTable('sessions')
        .set({ expires_at: at })
        .where('token', '=', token)
        .execute()
    return person.cookie
  }
  return [
    await endSession('expire'),
    await endSession('delete'),
    'nas.session_token=',
    'nas.session_token=%zz',
    `nas.session_token=${randomUUID()}`,
    cookie.split('.').slice(0, 2).join('.'), // without its signature
    `${cookie.slice(0, 24)}${cookie[24] === 'a' ? 'b' : 'a'}${cookie.slice(25)}`,
    cookie.replace('nas.session_token', '__Host-nas.session_token'),
  ]
}
