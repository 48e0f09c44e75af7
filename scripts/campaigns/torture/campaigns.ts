import type { Campaign } from './campaign.ts'
import { crash } from './crash/crash.ts'
import { data } from './commands/data.ts'
import { faults } from './faults/faults.ts'
import { garbage } from './garbage/garbage.ts'
import { migrations } from './migrations/migrations.ts'
import { prices } from './prices/prices.ts'
import { surroundings } from './surroundings/surroundings.ts'

/** Every campaign, in the order in which they run. */
export const campaigns: Campaign[] = [
  crash,
  faults,
  garbage,
  migrations,
  data,
  surroundings,
  prices,
]
