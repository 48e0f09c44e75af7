import * as z from 'zod'
import { errorStatuses, type ErrorCode } from '../error-codes.ts'

const errorCodes = Object.keys(errorStatuses) as [ErrorCode, ...ErrorCode[]]

export const ErrorDetail = z
  .object({
    path: z.string().meta({ description: 'Where in the input, such as `label` or `scopes.0`' }),
    message: z.string(),
  })
  .meta({ id: 'ErrorDetail' })
export type ErrorDetail = z.infer<typeof ErrorDetail>

export const ApiError = z
  .object({
    error: z.string().meta({ description: 'A sentence for a person' }),
    code: z.enum(errorCodes).meta({ id: 'ErrorCode' }),
    requestId: z.string(),
    details: z.array(ErrorDetail).optional(),
    retryAfter: z.int().optional().meta({ description: 'Whole seconds; with RATE_LIMITED' }),
  })
  .meta({ id: 'ApiError' })
export type ApiError = z.infer<typeof ApiError>
