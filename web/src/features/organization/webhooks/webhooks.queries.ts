import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query'
import { IDEMPOTENCY_MINUTES } from '@zentrix/shared/limits.ts'
import type {
  AddWebhookInput,
  UpdateWebhookInput,
  Webhook,
  WebhookDelivery,
} from '@zentrix/shared/schemas/webhooks.ts'
import { useRef } from 'react'
import { call } from '../../../api/http.ts'
import { doneIf, notDone, sentencesOf, useChange, type Found } from '../../../api/use-change.ts'
import type { Attempt } from '../../../lib/use-attempt.ts'

const TEST_TYPE = 'webhook.test'
const REFRESH_MS = 15_000
const DELIVERIES_REFRESH_MS = 3000
const PAGE_SIZE = 100

/** An organization has at most 20. */
export const webhooksQuery = queryOptions({
  queryKey: ['webhooks', 'list'],
  queryFn: ({ signal }) => call('GET /api/webhooks', { query: { limit: PAGE_SIZE }, signal }),
  refetchInterval: REFRESH_MS,
  refetchOnWindowFocus: 'always',
})

export function webhookQuery(id: string) {
  return queryOptions({
    queryKey: ['webhooks', 'one', id],
    queryFn: ({ signal }) => call('GET /api/webhooks/:id', { params: { id }, signal }),
    refetchInterval: REFRESH_MS,
    refetchOnWindowFocus: 'always',
  })
}

export function deliveriesQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['webhooks', 'deliveries', id],
    queryFn: ({ pageParam, signal }) =>
      call('GET /api/webhooks/:id/deliveries', {
        params: { id },
        query: { cursor: pageParam },
        signal,
      }),
    initialPageParam: firstPage(),
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: DELIVERIES_REFRESH_MS,
  })
}

function firstPage(): string | null {
  return null
}

/** Reads again all that is known of webhooks. */
export function useRefreshWebhooks() {
  const queryClient = useQueryClient()
  return () => void queryClient.invalidateQueries({ queryKey: ['webhooks'] })
}

/** Its answer holds the secret. A look can only find that the webhook was added. */
export function useAddWebhook() {
  const refresh = useRefreshWebhooks()
  const known = useRef(new Set<string>())
  return useChange({
    change: async ({ input, idempotencyKey }: Attempt<AddWebhookInput>) => {
      known.current = new Set((await list()).map(({ id }) => id))
      return call('POST /api/webhooks', {
        body: input,
        headers: { 'idempotency-key': idempotencyKey },
      })
    },
    look: async () => {
      const added = (await list()).find(({ id }) => !known.current.has(id))
      return added ? lostSecret('The webhook was added') : notDone
    },
    sentences: {
      notDone: 'The webhook was not added.',
      unknown: 'It is not known whether the webhook was added.',
      repeating: `Trying again within ${IDEMPOTENCY_MINUTES} minutes never adds a second one.`,
      refused: '',
    },
    onDone: refresh,
  })
}

/** Its answer holds the secret. A look can only find that the old one was replaced. */
export function useReplaceSecret(id: string) {
  const refresh = useRefreshWebhooks()
  const before = useRef<string | null>(null)
  return useChange({
    change: async (idempotencyKey: string) => {
      before.current = (await find(id)).oldSecretUntil
      return call('POST /api/webhooks/:id/rotate-secret', {
        params: { id },
        headers: { 'idempotency-key': idempotencyKey },
      })
    },
    look: async () =>
      (await find(id)).oldSecretUntil === before.current
        ? notDone
        : lostSecret('The secret was replaced'),
    sentences: {
      ...sentencesOf('The secret was', 'replaced'),
      repeating: `Trying again within ${IDEMPOTENCY_MINUTES} minutes replaces it only once.`,
    },
    onDone: refresh,
  })
}

function lostSecret(what: string): Found<never> {
  return {
    kind: 'unclear',
    title: `${what}, but the answer that holds the secret was lost.`,
    detail: `To see it, do the same again within ${IDEMPOTENCY_MINUTES} minutes.`,
  }
}

/** @param done what is done to the webhook, such as `changed` */
export function useChangeWebhook(id: string, done: string) {
  const refresh = useRefreshWebhooks()
  return useChange({
    change: (body: UpdateWebhookInput) => call('PATCH /api/webhooks/:id', { params: { id }, body }),
    look: async (body) => doneIf(isAsTold(await find(id), body)),
    sentences: sentencesOf('The webhook was', done),
    onDone: refresh,
  })
}

function isAsTold(webhook: Webhook, told: UpdateWebhookInput): boolean {
  const names = ['url', 'description', 'enabled'] as const
  return (
    names.every((name) => told[name] === undefined || told[name] === webhook[name]) &&
    (told.events === undefined || told.events.join() === webhook.events.join())
  )
}

export function useDeleteWebhook() {
  const queryClient = useQueryClient()
  return useChange({
    change: (id: string) => call('DELETE /api/webhooks/:id', { params: { id } }),
    look: async (id) => doneIf((await list()).every((webhook) => webhook.id !== id)),
    sentences: sentencesOf('The webhook was', 'deleted'),
    // Its own page, which is about to be left, would ask for what is gone.
    onDone: (_, id) => {
      for (const part of ['one', 'deliveries'])
        queryClient.removeQueries({ queryKey: ['webhooks', part, id] })
      void queryClient.invalidateQueries({ queryKey: webhooksQuery.queryKey })
    },
  })
}

export function useSendTest(id: string) {
  const refresh = useRefreshWebhooks()
  const known = useRef(new Set<string>())
  return useChange<void, unknown>({
    change: async () => {
      known.current = new Set((await deliveries(id)).map((delivery) => delivery.id))
      return call('POST /api/webhooks/:id/test', { params: { id } })
    },
    look: async () =>
      doneIf(
        (await deliveries(id)).some(
          (delivery) => delivery.type === TEST_TYPE && !known.current.has(delivery.id),
        ),
      ),
    sentences: sentencesOf('The test message was', 'sent'),
    onDone: refresh,
  })
}

export function useResend(webhookId: string) {
  const refresh = useRefreshWebhooks()
  return useChange({
    change: ({ id: deliveryId }: WebhookDelivery) =>
      call('POST /api/webhooks/:id/deliveries/:deliveryId/resend', {
        params: { id: webhookId, deliveryId },
      }),
    look: async ({ id, attempts }) => {
      const found = (await deliveries(webhookId)).find((delivery) => delivery.id === id)
      return doneIf(
        found !== undefined && (found.status === 'pending' || found.attempts > attempts),
      )
    },
    sentences: sentencesOf('The message was', 'sent again'),
    onDone: refresh,
  })
}

async function list(): Promise<Webhook[]> {
  return (await call('GET /api/webhooks', { query: { limit: PAGE_SIZE } })).data
}

function find(id: string): Promise<Webhook> {
  return call('GET /api/webhooks/:id', { params: { id } })
}

async function deliveries(id: string): Promise<WebhookDelivery[]> {
  const query = { limit: PAGE_SIZE }
  return (await call('GET /api/webhooks/:id/deliveries', { params: { id }, query })).data
}
