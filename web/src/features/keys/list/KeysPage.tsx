import { Button, Group } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react'
import { Link, useLocation, useMatch, useNavigate, useSearchParams } from 'react-router'
import { paths } from '../../../paths.ts'
import { lazily } from '../../../ui/feedback/lazily.tsx'
import { usePreload } from '../../../ui/feedback/use-preload.ts'
import { soughtSecret, type SoughtSecret } from '../../../lib/secrets/sought-secret.ts'
import { PageHead } from '../../../ui/page/PageHead.tsx'
import { preloadHints } from '../../../ui/words/Hint.tsx'
import { Tag } from '../../../ui/words/Tag.tsx'
import { KeyDialogs, preloadKeyDialogs } from '../dialogs/KeyDialogs.tsx'
import { FoundKey } from '../found/FoundKey.tsx'
import { refusalsQuery } from '../found/found-refusals.queries.ts'
import { useMakers } from './use-makers.ts'
import { ChosenKeys } from './ChosenKeys.tsx'
import { useKeyCounts } from './key-list.queries.ts'
import { KeyFilters } from './KeyFilters.tsx'
import { KeyList } from './KeyList.tsx'
import classes from './KeysPage.module.css'
import { LeakAlert } from './LeakAlert.tsx'
import { everything, readListFilter, writeListFilter, type ListFilter } from './list-filter.ts'
import { usePermissions } from '../permissions.ts'
import { useKeyDialog } from '../dialogs/use-key-dialog.ts'
import { isToChoose } from '../revoke-many/chosen-keys.ts'
import { preloadRows } from './table/KeyRow.tsx'
import { useOpenOnClick } from './use-open-on-click.ts'

const GenerateKeyDialog = lazily(
  () => import('../issue/GenerateKeyDialog.tsx'),
  (it) => it.GenerateKeyDialog,
)

const FoundRefusals = lazily(
  () => import('../found/FoundRefusals.tsx'),
  (it) => it.FoundRefusals,
)

export function KeysPage() {
  const { search, state } = useLocation()
  const navigate = useNavigate()
  const [searchParams, setSearchParams] = useSearchParams()
  const permissions = usePermissions()
  const isGenerating = useMatch(paths.newKey) !== null && permissions?.mayIssue === true
  const control = useKeyDialog()
  const [choice, setChoice] = useState<ReadonlySet<string> | null>(() =>
    isToChoose(state) ? new Set() : null,
  )
  const chosen = permissions?.mayRevokeMany ? choice : null
  const choose = useCallback(
    (id: string, isChosen: boolean) =>
      setChoice((ids) => {
        const next = new Set(ids)
        if (isChosen) next.add(id)
        else next.delete(id)
        return next
      }),
    [],
  )
  const openOnClick = useOpenOnClick()
  const heading = useRef<HTMLHeadingElement>(null)
  const generateButton = useRef<HTMLButtonElement>(null)
  const filter = readListFilter(searchParams)
  const isPaused = isGenerating || control.dialog.kind === 'rotate'

  // A secret that the address came with leaves it.
  const isSecretInAddress = soughtSecret(searchParams.get('q') ?? '').kind !== 'none'
  useEffect(() => {
    if (isSecretInAddress) setSearchParams(writeListFilter(filter), { replace: true })
  })

  usePreload([
    GenerateKeyDialog.preload,
    preloadKeyDialogs,
    preloadRows,
    preloadHints,
    FoundRefusals.preload,
  ])

  const [makers, makersNeeded] = useMakers(filter.createdById !== '')
  const counts = useKeyCounts(filter, isPaused)
  const refusals = useQuery(refusalsQuery(filter.q))
  const hasRefusals = (refusals.data ?? []).length > 0
  const [sought, setSought] = useState<SoughtSecret>({ kind: 'none' })

  function changeFilter(change: Partial<ListFilter>) {
    // Read the address, not the last render: of two quick changes both count.
    const current = readListFilter(new URLSearchParams(window.location.search))
    // Typing must not fill the history with half words.
    setSearchParams(writeListFilter({ ...current, ...change }), { replace: 'q' in change })
  }

  // The dialog has an address, so that the browser's Back closes it too.
  function openGenerate() {
    void navigate({ pathname: paths.newKey, search }, { state: { isOverList: true } })
  }

  return (
    <>
      <title>API Keys · Zentrix Agent Studio</title>
      <KeysHead
        heading={heading}
        generateButton={generateButton}
        mayIssue={permissions?.mayIssue ?? null}
        mayRevokeMany={permissions?.mayRevokeMany === true}
        onGenerate={openGenerate}
      />
      <LeakAlert isPaused={isPaused} />
      <KeyFilters
        filter={filter}
        counts={filter.hygiene === '' ? counts : undefined}
        onChange={changeFilter}
        onSecret={setSought}
        makers={makers}
        onMakersNeeded={makersNeeded}
      >
        <div
          className={classes.rows}
          onClick={openOnClick}
          onPointerEnter={preloadKeyDialogs}
          onFocus={preloadKeyDialogs}
        >
          {sought.kind === 'none' && (hasRefusals || refusals.isError) && (
            <FoundRefusals requestId={filter.q} />
          )}
          {sought.kind === 'none' ? (
            <KeyList
              hasRefusals={hasRefusals}
              filter={filter}
              counts={counts}
              permissions={permissions}
              isPaused={isPaused}
              onGenerate={openGenerate}
              onClear={() => changeFilter(everything)}
              onShow={(status) => changeFilter({ status })}
              onSort={(sort) => changeFilter({ sort })}
              onOpenDialog={control.open}
              chosen={chosen}
              onChoose={choose}
            />
          ) : (
            <FoundKey sought={sought} permissions={permissions} onOpenDialog={control.open} />
          )}
        </div>
      </KeyFilters>
      {chosen && <ChosenKeys ids={chosen} onStop={() => setChoice(null)} />}
      <KeyDialogs control={control} focusFallback={heading} />
      {isGenerating && <GenerateKeyDialog listSearch={search} focusFallback={generateButton} />}
    </>
  )
}

type HeadProps = {
  heading: RefObject<HTMLHeadingElement | null>
  generateButton: RefObject<HTMLButtonElement | null>
  /** null until it is known */
  mayIssue: boolean | null
  mayRevokeMany: boolean
  onGenerate: () => void
}

function KeysHead({ heading, generateButton, mayIssue, mayRevokeMany, onGenerate }: HeadProps) {
  return (
    <PageHead
      title="API Keys"
      description="Your servers call the Agent Studio API with these keys. Generate one for each environment, so that each can be revoked on its own."
      headingRef={heading}
    >
      <Group gap="sm" className={classes.actions ?? ''}>
        {mayIssue === false && (
          <Tag tone="plain" hint="With your role you see keys, and change none.">
            View only
          </Tag>
        )}
        {mayRevokeMany && (
          <Button component={Link} to={paths.revokeMany} variant="default">
            Revoke many
          </Button>
        )}
        {mayIssue && (
          <Button
            ref={generateButton}
            leftSection={<IconPlus size={16} />}
            onClick={onGenerate}
            onPointerEnter={GenerateKeyDialog.preload}
            onFocus={GenerateKeyDialog.preload}
          >
            Generate key
          </Button>
        )}
      </Group>
    </PageHead>
  )
}
