// Apart from the other campaigns, because this one compares times.
import { prices } from './prices/prices.ts'
import { testCampaigns } from './test-campaigns.ts'

testCampaigns([prices])
