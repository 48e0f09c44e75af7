import { expect, test } from 'vitest'
import {
  everything,
  isFiltered,
  readListFilter,
  writeListFilter,
  type ListFilter,
} from './list-filter.ts'

const plain: ListFilter = { status: 'active', sort: 'created', ...everything }
const read = (search: string) => readListFilter(new URLSearchParams(search))

test('an address without filters is the list of active keys', () => {
  expect(read('')).toEqual(plain)
  expect(writeListFilter(plain).toString()).toBe('')
  expect(isFiltered(plain)).toBe(false)
})

test('filters that are written to the address are read from it', () => {
  for (const filter of [
    { ...plain, q: 'shop', environment: 'staging', hygiene: 'leaked' } as const,
    { ...plain, status: 'revoked', q: 'ключ & co' } as const,
    { ...plain, createdById: 'usr_1', sort: 'lastUsed' } as const,
  ]) {
    expect(readListFilter(writeListFilter(filter))).toEqual(filter)
    expect(isFiltered(filter)).toBe(true)
  }
})

test('an address may hold anything: unknown values are left out', () => {
  expect(
    read('status=gone&environment=toString&hygiene=none&createdById=a/b&sort=label&page=2'),
  ).toEqual(plain)
  expect(read(`q=%20${'a'.repeat(200)}`).q).toBe('a'.repeat(100))
})

test('a key in the address is not searched for, and leaves it', () => {
  const key = `nas_${'a1'.repeat(16)}`
  expect(read(`q=${key}`)).toEqual(plain)
  expect(writeListFilter(read(`q=x%20${key}`)).toString()).toBe('')
})

test('hygiene is asked of active keys alone', () => {
  expect(read('status=revoked&hygiene=old').hygiene).toBe('')
  expect(writeListFilter({ ...plain, status: 'expired', hygiene: 'old' }).has('hygiene')).toBe(
    false,
  )
})
