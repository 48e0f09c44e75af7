import type { Gateway } from './gateway.ts'
import { guardsIdentity } from './identity-rules.ts'
import { judgesKeys } from './key-rules.ts'
import { carriesTraffic } from './traffic-rules.ts'

/** The rules for every gateway: each is written once and tried on all of them. */
export function holdsToTheRules(gateway: Gateway): void {
  judgesKeys(gateway)
  guardsIdentity(gateway)
  carriesTraffic(gateway)
}
