import type { Context } from '../../context.ts'

// The request waits for the mail, and no answer takes longer than 8 seconds.
const PATIENCE_MS = 5000

export type Mail = { to: string; subject: string; text: string }

// Characters that mail programs take for part of an address, Unicode's dots of host names included.
const joint = /([.:/\\@\u2024\u3002\uff0e\uff61\uff1a\uff0f\uff20])(?=\S)/gu

/**
 * Makes a text that a person chose, such as a name, safe for the body of a mail: one line, in which
 * no mail program sees a link. Never use it in a subject.
 */
export function withoutLinks(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(joint, '$1 ')
}

/**
 * Hands one mail, in plain text, to the server of SMTP_URL.
 *
 * @param patienceMs how long the whole conversation may take
 * @throws when SMTP_URL is not set, or the server does not accept the mail
 */
export async function sendBySmtp(
  { config }: Pick<Context, 'config'>,
  { to, subject, text }: Mail,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const { mailServer, publicUrl } = config
  if (mailServer === undefined) throw new Error('SMTP_URL is not set')
  const { from = `no-reply@${new URL(publicUrl).hostname}`, ...server } = mailServer
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    ...server,
    // A password never travels in the clear.
    requireTLS: server.auth !== undefined,
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    dnsTimeout: patienceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  await transport.sendMail({
    from,
    to: { name: '', address: to }, // one, whatever it looks like
    subject,
    text,
    signal: AbortSignal.timeout(patienceMs),
  })
}
