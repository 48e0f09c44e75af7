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
    <div className={classes.scroll} tabIndex={0} role="region" aria-label="Errors">
      <table className={classes.errors}>
        <thead>
          <tr>
            <th scope="col">Status</th>
            <th scope="col">Code</th>
            <th scope="col">Meaning</th>
          </tr>
        </thead>
        <tbody>
          {refusals.map(({ status, code, means }) => (
            <tr key={code}>
              <td>{status}</td>
              <td>
                <code>{code}</code>
              </td>
              <td>{means}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
