import type { KeyStatus } from '@zentrix/shared/schemas/keys.ts'

export const statusNames: Record<KeyStatus, string> = {
  active: 'Active',
  disabled: 'Disabled',
  expired: 'Expired',
  revoked: 'Revoked',
}
