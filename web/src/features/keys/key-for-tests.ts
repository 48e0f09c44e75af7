import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'

/** A new key without limits; a test names only what it is about. */
export function keyWith(settings: Partial<ApiKey>): ApiKey {
  return {
    id: 'key_1',
    organizationId: 'org_1',
    label: 'Production server',
    masked: 'nas_...3b4c',
    last4: '3b4c',
    environment: 'production',
    scopes: [],
    status: 'active',
    enabled: true,
    rateLimitPerMinute: null,
    allowedIps: [],
    createdAt: '2026-03-01T12:00:00.000Z',
    createdBy: { id: 'user_1', name: 'Ada' },
    expiresAt: null,
    lastUsedAt: null,
    lastUsedIp: null,
    revokedAt: null,
    revokedBy: null,
    revokeReason: null,
    leakedAt: null,
    leakedUrl: null,
    rotatedFrom: null,
    rotatedTo: null,
    ...settings,
  }
}
