import type { OpenSession } from '@zentrix/shared/routes/people/session-answers.ts'
import { Skeleton } from '@mantine/core'
import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { sentenceOf } from '../../api/http.ts'
import { describeDevice, isPhone } from '../../lib/describe-device.ts'
import { Ago } from '../../ui/words/Ago.tsx'
import { BusyButton } from '../../ui/fields/BusyButton.tsx'
import { Failure } from '../../ui/feedback/Failure.tsx'
import { notify, useFailureNotice } from '../../ui/feedback/notify.ts'
import { Section } from '../../ui/page/Section.tsx'
import { Tag } from '../../ui/words/Tag.tsx'
import { openSessionsQuery, useEndOtherSessions, useEndSession } from './profile.queries.ts'
import classes from './SessionsSection.module.css'

/** Where the person is signed in, with a way to end each. */
export function SessionsSection({ currentToken }: { currentToken: string }) {
  const sessions = useQuery(openSessionsQuery)
  // Here and not in the row, which may leave the list before the end of its session is known.
  const endOne = useEndSession()
  useFailureNotice(endOne.failure)
  const endOthers = useEndOtherSessions()
  useFailureNotice(endOthers.failure)
  const heading = useRef<HTMLHeadingElement>(null)
  const shown = inOrder(sessions.data ?? [], currentToken)

  function signOut({ token, userAgent }: OpenSession) {
    endOne.run(token, {
      onDone: () => {
        heading.current?.focus()
        const device = describeDevice(userAgent)
        void notify({ title: 'Signed out', message: `${device} has to sign in again.` })
      },
    })
  }

  function signOutOthers() {
    endOthers.run(undefined, {
      onDone: () => {
        heading.current?.focus()
        void notify({
          title: 'Other devices signed out',
          message: 'Only this one is still signed in.',
        })
      },
    })
  }

  return (
    <Section
      title="Where you are signed in"
      description="Sign out what you do not recognize, then change your password."
      headingRef={heading}
      aside={
        shown.length > 1 && (
          <BusyButton
            variant="default"
            size="xs"
            onClick={signOutOthers}
            isBusy={endOthers.isPending}
          >
            Sign out all others
          </BusyButton>
        )
      }
    >
      {sessions.isError && (
        <Failure
          title="The list could not be loaded"
          message={sentenceOf(sessions.error)}
          onRetry={() => sessions.refetch()}
          isRetrying={sessions.isFetching}
        />
      )}
      {sessions.isPending && <SessionSkeleton />}
      {shown.length > 0 && (
        <ul className={classes.list}>
          {shown.map((session) => (
            <SessionRow
              key={session.token}
              session={session}
              isCurrent={session.token === currentToken}
              isEnding={session.token === endOne.running}
              onEnd={() => signOut(session)}
            />
          ))}
        </ul>
      )}
    </Section>
  )
}

type RowProps = {
  session: OpenSession
  isCurrent: boolean
  isEnding: boolean
  onEnd: () => void
}

function SessionRow({ session, isCurrent, isEnding, onEnd }: RowProps) {
  const device = describeDevice(session.userAgent)
  const Icon = isPhone(session.userAgent) ? IconDeviceMobile : IconDeviceDesktop

  return (
    <li className={classes.session}>
      <span className={classes.icon} aria-hidden>
        <Icon size={19} stroke={1.6} />
      </span>
      <div>
        <div className={classes.device}>
          {device}
          {isCurrent && <Tag tone="plain">This device</Tag>}
        </div>
        <div className={classes.facts}>
          {session.ipAddress && <span>{session.ipAddress}</span>}
          <span>
            Signed in <Ago timestamp={session.createdAt} />
          </span>
        </div>
      </div>
      {!isCurrent && (
        <BusyButton
          variant="default"
          size="xs"
          onClick={onEnd}
          isBusy={isEnding}
          aria-label={`Sign out ${device}`}
        >
          Sign out
        </BusyButton>
      )}
    </li>
  )
}

function SessionSkeleton() {
  return (
    <div className={classes.list} role="status" aria-label="Loading where you are signed in">
      <div className={classes.session}>
        <Skeleton height={36} width={36} />
        <div>
          <Skeleton height={14} width={140} my={4} />
          <Skeleton height={12} width={200} my={5} />
        </div>
      </div>
    </div>
  )
}

function inOrder(sessions: OpenSession[], currentToken: string): OpenSession[] {
  return sessions.toSorted(
    (one, other) =>
      Number(other.token === currentToken) - Number(one.token === currentToken) ||
      other.createdAt.localeCompare(one.createdAt),
  )
}
