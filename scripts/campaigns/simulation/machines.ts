import { openBook } from '../../../server/src/features/leases/lease-book.ts'
import { watchNodeRows } from '../../../server/src/features/leases/nodes/node-rows.ts'
import { leaseHolder } from '../../../shared/client/leases/lease-holder.ts'

/** The two state machines, and the view on other nodes: the product's, or copies with a fault. */
export type Machines = {
  openBook: typeof openBook
  leaseHolder: typeof leaseHolder
  watchNodeRows: typeof watchNodeRows
}

export const machines: Machines = { openBook, leaseHolder, watchNodeRows }

/** Faults in what surrounds the machines, which is the service's to do. */
export type ServiceFaults = {
  /** Answers changes as soon as they are committed. */
  answersAtOnce?: boolean
  /** Answers at once where a key is ended already. */
  repeatsAtOnce?: boolean
  /** A process that starts ignores the mark. */
  restartsWithoutWait?: boolean
  /** A clean stop removes the mark though leases run. */
  stopForgets?: boolean
  /** The log's numbers are taken where a transaction begins. */
  numbersBeforeCommit?: boolean
  /** A node reads the log, and then sends its beat. */
  readsBeforeBeat?: boolean
}
