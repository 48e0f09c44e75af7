// Parts of sample requests, for the API's document and for the portal.

export const SAMPLE_KEY = 'nas_your_api_key'

/** The agent that a first start adds outside production, so that samples work as printed. */
export const DEMO_AGENT_ID = '550e8400-e29b-41d4-a716-446655440000'
