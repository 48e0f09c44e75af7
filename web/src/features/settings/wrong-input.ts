import { ApiFailure } from '../../api/http.ts'

export function isWrongPassword(error: Error): boolean {
  return error instanceof ApiFailure && error.code === 'INVALID_PASSWORD'
}

export function isWrongCode(error: Error): boolean {
  return error instanceof ApiFailure && error.code === 'INVALID_CODE'
}
