// Apart from the schemas, so that the sign-in page needs no zod.

export const MIN_PASSWORD_LENGTH = 8
export const MAX_PASSWORD_LENGTH = 128
