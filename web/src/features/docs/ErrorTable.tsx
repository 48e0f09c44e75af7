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

// The roles are spelled out because the style sheet stacks the rows on a narrow screen.
export function ErrorTable() {
  return (
    <div className={classes.frame}>
      <table role="table" className={classes.errors} aria-label="Errors">
        <thead role="rowgroup" className={classes.errorsHead}>
          <tr role="row">
            <th role="columnheader" scope="col">
              Status
            </th>
            <th role="columnheader" scope="col">
              Code
            </th>
            <th role="columnheader" scope="col">
              Meaning
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {refusals.map(({ status, code, means }) => (
            <tr key={code} role="row">
              <td role="cell">{status}</td>
              <td role="cell">
                <code>{code}</code>
              </td>
              <td role="cell">{means}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
