import type { Session } from '@zentrix/shared/routes/people/session-answers.ts'

/**
 * Whom this page shows, and therefore acts for. Another tab may have switched the organization, or
 * signed in somebody else: every call names both, so that it never acts for those.
 */
type ActingFor = { userId: string; organizationId: string | null }

// The tab's own storage carries the organization over a reload; otherwise nothing is in it.
const STORED = 'portal.organization'

let shown: ActingFor | null = null

/** From now on the page acts for this person, in the organization that this tab was in before. */
export function actFor(session: Session): Session {
  const userId = session.user.id
  const kept = shown?.organizationId ?? takeCarried(userId)
  const organizationId = kept ?? session.session.activeOrganizationId ?? null
  shown = { userId, organizationId }
  return { ...session, session: { ...session.session, activeOrganizationId: organizationId } }
}

export function actForNobody() {
  shown = null
}

/** Chooses the organization for this tab; the pages that are open show it after they are loaded again. */
export function chooseOrganization(organizationId: string) {
  if (shown === null) return
  shown = { ...shown, organizationId }
}

/** Leaves it to the session which organization is shown next. */
export function forgetOrganization() {
  if (shown === null) return
  shown = { ...shown, organizationId: null }
}

export function shownUserId(): string | null {
  return shown?.userId ?? null
}

export function actingHeaders(): Record<string, string> {
  if (shown === null) return {}
  const { userId, organizationId } = shown
  return {
    'x-user-id': userId,
    ...(organizationId === null ? {} : { 'x-organization-id': organizationId }),
  }
}

/** Called when the document is left, for the next one in this tab. */
export function carryOrganization() {
  if (shown === null || shown.organizationId === null) return
  try {
    sessionStorage.setItem(STORED, `${shown.userId} ${shown.organizationId}`)
  } catch {
    // Then the next document shows the organization that the session is in.
  }
}

function takeCarried(userId: string): string | null {
  try {
    const [whose, organizationId] = sessionStorage.getItem(STORED)?.split(' ') ?? []
    sessionStorage.removeItem(STORED)
    return whose === userId && organizationId ? organizationId : null
  } catch {
    return null // the browser keeps nothing for this page
  }
}
