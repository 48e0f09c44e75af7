import { expect, test } from 'vitest'
import { emptyIssueForm, toIssueFormErrors, validateIssueForm } from './issue-form.ts'

test('a label is all that a key needs', () => {
  expect(validateIssueForm({ ...emptyIssueForm, label: 'Production server' })).toEqual({})
  expect(Object.keys(validateIssueForm(emptyIssueForm))).toEqual(['label'])
})

test('every field is checked by the rules of the API', () => {
  const errors = validateIssueForm({
    ...emptyIssueForm,
    label: 'a'.repeat(101),
    expiry: 'date',
    scopes: 'Not a scope',
    allowedIps: 'nowhere',
    rateLimit: '0',
  })
  expect(Object.keys(errors).sort()).toEqual([
    'allowedIps',
    'expiryDate',
    'label',
    'rateLimit',
    'scopes',
  ])
})

test('an error of the API stands beside its field', () => {
  const details = [
    { path: 'label', message: 'Enter a label' },
    { path: 'scopes.0', message: 'Unknown' },
  ]
  expect(toIssueFormErrors(details, { label: '', scopes: ['a'] })).toEqual({
    label: 'Enter a label',
    scopes: 'a: Unknown',
  })
})
