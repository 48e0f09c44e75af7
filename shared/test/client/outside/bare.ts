// A project that has the types of neither Node nor the DOM.
import { consumeCall, createVerifier, createVerifyClient, type Verdict } from '@zentrix/api-keys'
import { createTestVerifier } from '@zentrix/api-keys/testing'

const service = { url: 'https://keys.example.com', serviceToken: 'nassvc_x' }
const options = { ...service, onUnavailable: 'deny' } as const
export const clients = [createVerifier(options), createVerifyClient(options)]
export const verdict: Verdict | undefined = createTestVerifier({ keys: [] }).verifyNow('k')
export const call = consumeCall(service, 'eyJ…')
