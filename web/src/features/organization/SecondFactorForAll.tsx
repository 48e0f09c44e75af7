import { Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { AlertDialog } from '../../ui/dialogs/AlertDialog.tsx'
import { useReturnFocus } from '../../ui/dialogs/use-return-focus.ts'
import { FormFailure } from '../../ui/fields/FormFailure.tsx'
import { Section } from '../../ui/page/Section.tsx'
import { Tag } from '../../ui/words/Tag.tsx'
import { signInPolicyQuery, useRequireSecondFactor } from './organization.queries.ts'
import classes from './OrganizationPage.module.css'

/** Lets an owner ask all members for a second factor. */
export function SecondFactorForAll() {
  const policy = useQuery(signInPolicyQuery).data
  const [button, setButton] = useState<HTMLElement | null>(null)
  if (!policy) return null
  const { requireSecondFactor: isOn, membersWithout } = policy
  return (
    <Section
      title="Two-step sign-in for all"
      description="Everyone who signs in by a password needs a second step."
      aside={<Tag tone={isOn ? 'production' : 'plain'}>{isOn ? 'On' : 'Off'}</Tag>}
      isSplit
    >
      <div className={classes.leave}>
        <Text size="sm">{membersOf(membersWithout)}</Text>
        <Button variant="default" onClick={({ currentTarget }) => setButton(currentTarget)}>
          {isOn ? 'Require no longer' : 'Require of all'}
        </Button>
      </div>
      {button && (
        <Question
          isOn={isOn}
          membersWithout={membersWithout}
          returnTo={button}
          onClose={() => setButton(null)}
        />
      )}
    </Section>
  )
}

function membersOf(count: number): string {
  if (count === 0) return 'Every member has it on, or signs in at your identity provider.'
  return `${count === 1 ? '1 member has' : `${count} members have`} not turned it on.`
}

type QuestionProps = {
  isOn: boolean
  membersWithout: number
  returnTo: HTMLElement
  onClose: () => void
}

function Question({ isOn, membersWithout, returnTo, onClose }: QuestionProps) {
  const change = useRequireSecondFactor()
  useReturnFocus(returnTo)
  return (
    <AlertDialog
      title={isOn ? 'Require it no longer?' : 'Require two-step sign-in of all?'}
      cancelLabel="Cancel"
      confirmLabel={isOn ? 'Require no longer' : 'Require of all'}
      isDangerous={false}
      isPending={change.isPending}
      onCancel={onClose}
      onConfirm={() => change.run(!isOn, { onDone: onClose })}
    >
      {isOn ? (
        <Text size="sm">Members who have it on keep it. New ones need none.</Text>
      ) : (
        <>
          <Text size="sm">
            {membersOf(membersWithout)} From now on such a member reaches nothing here but its
            set-up. Keys and service tokens go on working.
          </Text>
          <Text size="sm">
            Who loses phone and backup codes has one way back: the people who run this service turn
            the second step off for them. That holds for owners too, so let there be two.
          </Text>
        </>
      )}
      <FormFailure failure={change.failure} />
    </AlertDialog>
  )
}
