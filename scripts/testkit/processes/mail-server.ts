import { createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export type Mail = { from: string; to: string; content: string }

/** The text of a mail, with the line ends of its encoding undone. */
export function textOf({ content }: Mail): string {
  return content
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
}

/** How it treats who connects: as it should, with a refusal, with silence, or once four have come. */
type Manner = 'polite' | 'refusing' | 'silent' | 'gathering'

const GATHERED = 4

/** A mail server on loopback, as far as our mails need one; gone when the test has finished. */
export async function startMailServer(manner: Manner = 'polite') {
  const mails: Mail[] = []
  const commands: string[] = []
  const sockets = new Set<Socket>()
  const gathered: Socket[] = []
  let mostAtOnce = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    mostAtOnce = Math.max(mostAtOnce, sockets.size)
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
    if (manner === 'silent') return
    gathered.push(socket)
    if (manner === 'gathering' && gathered.length < GATHERED) return
    for (const one of gathered.splice(0, manner === 'gathering' ? Infinity : 1))
      converse(one, manner, mails, commands)
    if (manner === 'gathering') manner = 'polite'
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((done) => server.close(done))
  })
  return {
    mails,
    commands,
    /** The most connections that were open together. */
    mostAtOnce: () => mostAtOnce,
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
  }
}

/** @see RFC 5321 §3 */
function converse(socket: Socket, manner: Manner, mails: Mail[], commands: string[]): void {
  const say = (line: string) => void socket.write(`${line}\r\n`)
  let mail: Mail = { from: '', to: '', content: '' }
  let received = ''

  function answer(line: string): void {
    const address = /<(.*)>/.exec(line)?.[1] ?? ''
    const verb = line.slice(0, 4).toUpperCase()
    commands.push(line)
    if (verb === 'EHLO') return say('250-mail.example.com\r\n250 AUTH PLAIN')
    if (verb === 'STAR') return say('502 no TLS here')
    if (verb === 'MAIL') mail = { from: address, to: '', content: '' }
    if (verb === 'RCPT') mail.to = address
    if (verb === 'RCPT' && manner === 'refusing') return say(`550 no mailbox for ${address}`)
    if (verb === 'QUIT') return void socket.end('221 bye\r\n')
    say(verb === 'DATA' ? '354 go on' : '250 ok')
  }

  socket.setEncoding('utf8').on('data', (chunk: string) => {
    received += chunk
    for (;;) {
      const isContent = mail.to !== '' && received.startsWith('\0')
      const end = received.indexOf(isContent ? '\r\n.\r\n' : '\r\n')
      if (end === -1) return
      const text = received.slice(isContent ? 1 : 0, end)
      received = received.slice(end + (isContent ? 5 : 2))
      if (isContent) {
        mails.push({ ...mail, content: text })
        say('250 taken')
      } else {
        answer(text)
        if (text.toUpperCase() === 'DATA') received = `\0${received}`
      }
    }
  })
  say('220 mail.example.com')
}
