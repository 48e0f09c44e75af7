import { Link } from 'react-router'
import { ENV_VARIABLE } from '../../lib/snippets.ts'
import { paths } from '../../paths.ts'
import { DocSection } from './DocSection.tsx'

export function SecuritySection() {
  return (
    <DocSection id="security">
      <ul>
        <li>
          <strong>Only on your server.</strong> Never in a web page, an app or anything else that
          you hand out.
        </li>
        <li>
          <strong>In an environment variable,</strong> <code>{ENV_VARIABLE}</code>, or a secret
          manager; never in code or in a repository.
        </li>
        <li>
          <strong>One key for each environment,</strong> so that revoking one leaves the others
          working.
        </li>
        <li>
          <strong>As little as needed:</strong> limit a key to scopes, addresses and an expiry when
          you generate it.
        </li>
        <li>
          <strong>Committed, logged or shared? </strong>
          <Link to={paths.keys}>Revoke it</Link> at once. It stops working immediately, everywhere.
        </li>
      </ul>
      <p>
        Keys begin with <code>nas_</code>, so that secret scanners can find them in code and logs.
        We store only a SHA-256 hash: nobody, our support included, can read a key back to you.
      </p>
    </DocSection>
  )
}

export function RotationSection() {
  return (
    <DocSection id="rotate">
      <ol>
        <li>
          Choose <em>Rotate</em> at <Link to={paths.keys}>the key</Link>, and how long both may
          work: the new key has the settings of the old one.
        </li>
        <li>Give the new key to your application, and deploy.</li>
        <li>
          Watch <em>Last used</em> of the old key until it stays still, then choose{' '}
          <em>Finish now</em>. Otherwise it ends by itself.
        </li>
      </ol>
    </DocSection>
  )
}
