import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import helmet from 'helmet'
import { isForServices } from '../access-rules.ts'

/** Sends headers that keep a browser from running, framing or telling on what it should not. */
export function secureHeaders(app: FastifyInstance, publicUrl: string): void {
  const headers = securityHeaders(publicUrl)
  app.addHook('onRequest', (req, reply, done) => {
    const { access } = req.routeOptions.config
    if (access === undefined || !isForServices(access)) reply.headers(headers)
    done()
  })
}

const unused = [
  'accelerometer',
  'browsing-topics',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
]

/** The headers that helmet sends, and those it does not know: all answers share them, so ask once. */
function securityHeaders(publicUrl: string): Record<string, string> {
  const sendHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // The component library positions and colours through style attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    hsts: publicUrl.startsWith('https:') && { maxAge: 31_536_000, includeSubDomains: false },
  })
  const headers: Record<string, string> = {
    // The portal copies keys, and asks the browser for nothing else.
    'Permissions-Policy': unused.map((feature) => `${feature}=()`).join(', '),
  }
  const request = new IncomingMessage(new Socket())
  const response = new RecordingResponse(request)
  sendHeaders(request, response, () => undefined)
  return { ...headers, ...response.headers }
}

/** Keeps what is set as it was spelled; a response of Node's gives names in lower case only. */
class RecordingResponse extends ServerResponse {
  readonly headers: Record<string, string> = {}

  override setHeader(name: string, value: number | string | readonly string[]): this {
    this.headers[name] = String(value)
    return this
  }
}
