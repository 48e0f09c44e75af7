import type { Gateway } from './gateway.ts'
import { guardsIdentity } from './identity-rules.ts'
import { judgesKeys } from './key-rules.ts'
import { carriesTraffic } from './traffic-rules.ts'

/** What every gateway holds to. A rule is written once and tried on each. */
export function holdsToTheRules(gateway: Gateway): void {
  judgesKeys(gateway)
  guardsIdentity(gateway)
  carriesTraffic(gateway)
}
