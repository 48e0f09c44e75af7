import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { Random } from '../../../testkit/load/random.ts'
import { jsonText, type Json } from './json.ts'
import { MARK, mutated } from './mutate.ts'

export type Body = { bytes: Buffer; headers: [name: string, value: string][] }

const JSON_TYPE: [string, string] = ['Content-Type', 'application/json']

export function plainBody(body: Json): Body {
  return { bytes: Buffer.from(jsonText(body)), headers: [JSON_TYPE] }
}

export function brokenBody(body: Json, random: Random): Body {
  if (random.chance(0.6)) return plainBody(mutated(body, random))
  const { bytes } = plainBody(random.chance(0.5) ? body : mutated(body, random))
  return random.chance(0.6)
    ? { bytes: brokenBytes(bytes, random), headers: [JSON_TYPE] }
    : otherwiseEncoded(bytes, random)
}

const hex = (text: string) => Buffer.from(text, 'hex')

function brokenBytes(bytes: Buffer, random: Random): Buffer {
  const at = random.between(0, bytes.length)
  const inserted = (part: Buffer) =>
    Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)])
  return random.pick([
    () => Buffer.concat([hex('efbbbf'), bytes]),
    () => Buffer.concat([hex('fffe'), Buffer.from(bytes.toString(), 'utf16le')]),
    () => Buffer.from(bytes.toString(), 'utf16le'),
    () => inserted(hex('c0af')), // an overlong slash
    () => inserted(hex('eda080')), // half of a surrogate pair
    () => inserted(hex('f8888080af')),
    () => inserted(hex('ff')),
    () => inserted(hex('00')),
    () => inserted(Buffer.from('\u2028')),
    () => bytes.subarray(0, at),
    () => Buffer.concat([bytes, bytes]),
    () => Buffer.concat([bytes, Buffer.from(MARK)]),
    () => Buffer.from(' '.repeat(65_536 - bytes.length > 0 ? 65_537 : 1)),
    () =>
      Buffer.from(random.pick(['', 'null', '[]', '1', '"x"', 'true', '{', '\n', 'NaN', '{}{}'])),
    () => Buffer.from(bytes.map((byte) => (random.chance(0.05) ? random.between(0, 255) : byte))),
  ])()
}

function otherwiseEncoded(bytes: Buffer, random: Random): Body {
  const compress = random.pick([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['gzip, gzip', (it: Buffer) => gzipSync(gzipSync(it))],
    ['identity', (it: Buffer) => it],
    ['nonsense', (it: Buffer) => it],
  ] as const)
  const boundary = `--x\r\nContent-Disposition: form-data; name="label"\r\n\r\n${MARK}\r\n--x--\r\n`
  return random.pick<() => Body>([
    () => ({ bytes: compress[1](bytes), headers: [JSON_TYPE, ['Content-Encoding', compress[0]]] }),
    () => ({ bytes, headers: [] }),
    () => ({ bytes, headers: [['Content-Type', random.pick(strangeTypes)]] }),
    () => ({
      bytes: Buffer.from(boundary),
      headers: [['Content-Type', 'multipart/form-data; boundary=x']],
    }),
    () => ({
      bytes: Buffer.from(`label=${MARK}&__proto__[x]=1`),
      headers: [['Content-Type', 'application/x-www-form-urlencoded']],
    }),
  ])()
}

const strangeTypes = [
  'application/json; charset=utf-16',
  'application/json; charset=utf-7',
  'application/json;charset="utf-8"',
  'APPLICATION/JSON',
  'application/json, text/plain',
  'application/problem+json',
  'application/json; boundary=x',
  'application/json\t',
  'text/plain',
  'text/html',
  'application/xml',
  'application/octet-stream',
  '*/*',
  '/',
  ';',
  '',
  `${MARK}/${MARK}`,
  `application/json; ${'x'.repeat(5000)}`,
]
