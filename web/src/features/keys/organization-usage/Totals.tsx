import { Anchor } from '@mantine/core'
import type { OrganizationUsage } from '@zentrix/shared/schemas/usage/usage.ts'
import { Link } from 'react-router'
import { keyPath } from '../../../paths.ts'
import { Section } from '../../../ui/page/Section.tsx'
import { Caption, Cell, Row, StackedTable } from '../../../ui/tables/StackedTable.tsx'
import { Tag } from '../../../ui/words/Tag.tsx'
import { environmentNames } from '../environments.ts'
import { formatCount, sumOf } from '../usage/usage-series.ts'
import classes from './Totals.module.css'

/** The keys that were used most. */
export function ByKey({ keys }: { keys: OrganizationUsage['byKey'] }) {
  if (keys.length === 0) return null
  return (
    <Section title="By key" description="The most used, the most used first.">
      <StackedTable
        look="filling"
        className={classes.totals}
        label="By key"
        columns={['Key', 'Accepted', 'Refused']}
      >
        <tbody role="rowgroup">
          {keys.map(({ keyId, label, masked, environment, counts }) => (
            <Row key={keyId} className={classes.row}>
              <Cell className={classes.name}>
                <Anchor component={Link} to={keyPath(keyId)} size="sm" fw={600}>
                  {label}
                </Anchor>{' '}
                <Tag tone={environment}>{environmentNames[environment]}</Tag>{' '}
                <span className={classes.masked}>{masked}</span>
              </Cell>
              <Counts counts={counts} />
            </Row>
          ))}
        </tbody>
      </StackedTable>
    </Section>
  )
}

/** The environments, as keys had them when they were used. */
export function ByEnvironment({
  environments,
}: {
  environments: OrganizationUsage['byEnvironment']
}) {
  return (
    <Section title="By environment">
      <StackedTable
        look="filling"
        className={classes.totals}
        label="By environment"
        columns={['Environment', 'Accepted', 'Refused']}
      >
        <tbody role="rowgroup">
          {environments.map(({ environment, counts }) => (
            <Row key={environment} className={classes.row}>
              <Cell className={classes.name}>
                <Tag tone={environment}>{environmentNames[environment]}</Tag>
              </Cell>
              <Counts counts={counts} />
            </Row>
          ))}
        </tbody>
      </StackedTable>
    </Section>
  )
}

function Counts({ counts }: Pick<OrganizationUsage['byKey'][number], 'counts'>) {
  return (
    <>
      <Cell className={classes.count}>
        <Caption>Accepted</Caption>
        {formatCount(counts.VALID)}
      </Cell>
      <Cell className={classes.count}>
        <Caption>Refused</Caption>
        {formatCount(sumOf(counts) - counts.VALID)}
      </Cell>
    </>
  )
}
