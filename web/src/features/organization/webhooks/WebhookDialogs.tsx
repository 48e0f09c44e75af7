import { Checkbox, Modal, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { Webhook } from '@zentrix/shared/schemas/webhooks.ts'
import { useState, type RefObject } from 'react'
import { useNavigate } from 'react-router'
import { paths } from '../../../paths.ts'
import { AlertDialog } from '../../../ui/dialogs/AlertDialog.tsx'
import { useReturnFocus } from '../../../ui/dialogs/use-return-focus.ts'
import { notify } from '../../../ui/feedback/notify.ts'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { toWebhookForm, toWebhookInput } from './webhook-form.ts'
import { WebhookFields } from './WebhookFields.tsx'
import { deliveriesQuery, useChangeWebhook, useDeleteWebhook } from './webhooks.queries.ts'

/** A dialog about a webhook, and the button that opened it. */
export type WebhookDialog = {
  kind: 'edit' | 'enable' | 'disable' | 'delete'
  webhook: Webhook
  returnTo: HTMLElement
}

type Props = WebhookDialog & { focusFallback: RefObject<HTMLElement | null>; onClose: () => void }

export function WebhookDialogs(props: Props) {
  switch (props.kind) {
    case 'edit':
      return <EditWebhook {...props} />
    case 'enable':
      return <EnableWebhook {...props} />
    case 'disable':
      return <DisableWebhook {...props} />
    case 'delete':
      return <DeleteWebhook {...props} />
  }
}

function EditWebhook({ webhook, returnTo, focusFallback, onClose }: Props) {
  const edit = useChangeWebhook(webhook.id, 'changed')
  useReturnFocus(returnTo, focusFallback)
  const done = () => {
    void notify({ title: 'Webhook changed', message: 'It counts for every message from now on.' })
    onClose()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title="Edit webhook"
      size={560}
      returnFocus={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <WebhookFields
        initialValues={toWebhookForm(webhook)}
        submit="Save"
        isPending={edit.isPending}
        failure={edit.failure}
        error={edit.error}
        onCancel={onClose}
        onSubmit={(form) => edit.run(toWebhookInput(form), { onDone: done })}
      />
    </Modal>
  )
}

function DisableWebhook({ webhook, returnTo, focusFallback, onClose }: Props) {
  const disable = useChangeWebhook(webhook.id, 'disabled')
  useReturnFocus(returnTo, focusFallback)
  const done = () => {
    void notify({ title: 'Webhook disabled', message: 'Nothing is sent there from now on.' })
    onClose()
  }
  return (
    <AlertDialog
      title="Disable this webhook?"
      cancelLabel="Cancel"
      confirmLabel="Disable"
      isPending={disable.isPending}
      onCancel={onClose}
      onConfirm={() => disable.run({ enabled: false }, { onDone: done })}
    >
      <Text size="sm">
        Messages that wait are not sent. When you enable it again, you can choose to send what was
        missed.
      </Text>
      <FormFailure failure={disable.failure} />
    </AlertDialog>
  )
}

function EnableWebhook({ webhook, returnTo, focusFallback, onClose }: Props) {
  const pages = useInfiniteQuery(deliveriesQuery(webhook.id)).data?.pages ?? []
  const lastDelivered = pages
    .flatMap(({ data }) => data)
    .find(({ status, type }) => status === 'delivered' && type !== 'webhook.test')
  const [isResuming, setIsResuming] = useState(false)
  const enable = useChangeWebhook(webhook.id, 'enabled')
  useReturnFocus(returnTo, focusFallback)
  const resumeFrom = isResuming ? lastDelivered?.eventId : undefined
  const done = () => {
    void notify({ title: 'Webhook enabled', message: 'Messages are sent again.' })
    onClose()
  }
  return (
    <AlertDialog
      title="Enable this webhook?"
      cancelLabel="Cancel"
      confirmLabel="Enable"
      isDangerous={false}
      isPending={enable.isPending}
      onCancel={onClose}
      onConfirm={() =>
        enable.run({ enabled: true, ...(resumeFrom && { resumeFrom }) }, { onDone: done })
      }
    >
      <Text size="sm">It begins with what happens from now on.</Text>
      {lastDelivered && (
        <Checkbox
          label="Send what was missed first"
          description="All events after the last one that was delivered, in their order."
          checked={isResuming}
          onChange={({ currentTarget }) => setIsResuming(currentTarget.checked)}
        />
      )}
      <FormFailure failure={enable.failure} />
    </AlertDialog>
  )
}

function DeleteWebhook({ webhook, returnTo, focusFallback, onClose }: Props) {
  const remove = useDeleteWebhook()
  const focusTargetRef = useReturnFocus(returnTo, focusFallback)
  const navigate = useNavigate()
  const done = () => {
    focusTargetRef.current = null // its page is left
    void notify({ title: 'Webhook deleted', message: 'Nothing is sent there any longer.' })
    onClose()
    void navigate(paths.webhooks, { replace: true })
  }
  return (
    <AlertDialog
      title="Delete this webhook?"
      cancelLabel="Cancel"
      confirmLabel="Delete"
      isPending={remove.isPending}
      onCancel={onClose}
      onConfirm={() => remove.run(webhook.id, { onDone: done })}
    >
      <Text size="sm">
        Its list of deliveries and its secret go with it, and messages that wait are not sent. There
        is no undo.
      </Text>
      <FormFailure failure={remove.failure} />
    </AlertDialog>
  )
}
