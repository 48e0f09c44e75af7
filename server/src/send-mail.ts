import type { Context } from './context.ts'

// Whoever asked for it waits, and no answer takes longer than 8 seconds.
const PATIENCE_MS = 5000

/**
 * Hands one mail, in plain text, to the server of SMTP_URL.
 *
 * @param patienceMs how long the whole conversation may take
 * @throws when there is no such server, or it does not take the mail
 */
export async function sendMail(
  { config }: Pick<Context, 'config'>,
  mail: { to: string; subject: string; text: string },
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
  await transport.sendMail({ from, ...mail, signal: AbortSignal.timeout(patienceMs) })
}
