/** better-auth's fields under our columns' names: `emailVerified` is `email_verified`. */
function columns(...fields: string[]): Record<string, string> {
  return Object.fromEntries(
    fields.map((field) => [field, field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]),
  )
}

/** Our names for better-auth's tables and columns. */
export const identitySchema = {
  user: { modelName: 'users', fields: columns('emailVerified', 'createdAt', 'updatedAt') },
  session: {
    modelName: 'sessions',
    fields: columns('expiresAt', 'createdAt', 'updatedAt', 'ipAddress', 'userAgent', 'userId'),
  },
  account: {
    modelName: 'accounts',
    fields: columns(
      'accountId',
      'providerId',
      'userId',
      'accessToken',
      'refreshToken',
      'idToken',
      'accessTokenExpiresAt',
      'refreshTokenExpiresAt',
      'createdAt',
      'updatedAt',
    ),
  },
  verification: {
    modelName: 'verifications',
    fields: columns('expiresAt', 'createdAt', 'updatedAt'),
  },
}

/** The same for its second factor. */
export const twoFactorSchema = {
  user: { fields: columns('twoFactorEnabled') },
  twoFactor: {
    modelName: 'two_factors',
    fields: columns('backupCodes', 'userId', 'failedVerificationCount', 'lockedUntil'),
  },
}

/** The same for the tables of its organization plugin. */
export const organizationSchema = {
  session: { fields: columns('activeOrganizationId') },
  organization: {
    modelName: 'organizations',
    fields: columns('createdAt'),
    // Shown here; only the catalog sets it.
    additionalFields: {
      subscription: { type: 'string' as const, required: false, input: false },
    },
  },
  member: {
    modelName: 'members',
    fields: columns('organizationId', 'userId', 'createdAt'),
  },
  invitation: {
    modelName: 'invitations',
    fields: columns('organizationId', 'expiresAt', 'createdAt', 'inviterId'),
  },
}
