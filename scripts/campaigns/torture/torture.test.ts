import { campaigns } from './campaigns.ts'
import { prices } from './prices/prices.ts'
import { testCampaigns } from './test-campaigns.ts'

testCampaigns(campaigns.filter((campaign) => campaign !== prices))
