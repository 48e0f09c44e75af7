import { Cell, Row, StackedTable } from '../../ui/tables/StackedTable.tsx'
import classes from './DocumentationPage.module.css'

const refusals = [
  { status: 400, code: 'INVALID_INPUT', means: 'The body is not as described; see details.' },
  { status: 401, code: 'UNAUTHORIZED', means: 'The key is unknown, revoked, expired or disabled.' },
  { status: 403, code: 'SUBSCRIPTION_INACTIVE', means: 'The trial ended or was cancelled.' },
  { status: 403, code: 'INSUFFICIENT_SCOPE', means: 'The key lacks the scope widget:token.' },
  { status: 403, code: 'IP_NOT_ALLOWED', means: 'The key may not be used from this address.' },
  { status: 403, code: 'ORIGIN_NOT_ALLOWED', means: 'The agent is not open to this web page.' },
  { status: 404, code: 'AGENT_NOT_FOUND', means: 'No such agent or instance, or not active.' },
  { status: 429, code: 'RATE_LIMITED', means: 'Too many requests; wait retryAfter seconds.' },
  { status: 502, code: 'VOICE_PLATFORM_ERROR', means: 'The voice platform failed; try again.' },
]

export function ErrorTable() {
  return (
    <StackedTable
      label="Errors"
      columns={['Status', 'Code', 'Meaning']}
      look="framed"
      className={classes.errors}
    >
      <tbody role="rowgroup">
        {refusals.map(({ status, code, means }) => (
          <Row key={code} className={classes.refusal}>
            <Cell>{status}</Cell>
            <Cell>
              <code>{code}</code>
            </Cell>
            <Cell>{means}</Cell>
          </Row>
        ))}
      </tbody>
    </StackedTable>
  )
}
