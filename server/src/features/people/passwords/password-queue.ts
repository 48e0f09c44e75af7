import type { PasswordQuestion } from '../../../crypto/password-key.ts'
import type { PasswordThread } from '../../../crypto/password-threads.ts'

/** The group of a waiting request, and its patience. */
export type Turn = {
  /** Requests of one group are counted together, such as those of one address. */
  group: string
  /** The browser has signed in to the account before, or the person is signed in. */
  isKnown: boolean
  /** How long to wait for a thread. */
  patienceMs: number
}

/** Derives the key of a password; undefined if too many wait already, or the wait is too long. */
export type DerivePasswordKey = (
  question: PasswordQuestion,
  turn: Turn,
) => Promise<string | undefined>

const MAX_WAITING = 100

type Waiting = { begin(thread: PasswordThread): void; refuse(): void }

/**
 * Bounds how many keys are derived at once, and how many requests wait. Groups take turns, so that
 * many attempts from one address delay others by one attempt. Known browsers wait in a lane of their
 * own, which gets every other turn: any number of strangers cannot keep them out.
 *
 * @param threads each derives one key at a time
 */
export function passwordQueue(threads: PasswordThread[]): DerivePasswordKey {
  const idle = [...threads]
  const known = fairLane()
  const strangers = fairLane()
  let lastServed = strangers

  function takeNext(): Waiting | undefined {
    const [first, second] = lastServed === known ? [strangers, known] : [known, strangers]
    lastServed = first.isEmpty() ? second : first
    return lastServed.take()
  }

  function serve(): void {
    const thread = idle.at(-1)
    const next = thread && takeNext()
    if (!next) return
    idle.pop()
    next.begin(async (question) => {
      try {
        return await thread(question)
      } finally {
        idle.push(thread)
        serve()
      }
    })
  }

  return (question, { group, isKnown, patienceMs }) =>
    new Promise((resolve, reject) => {
      const lane = isKnown ? known : strangers
      const waiting: Waiting = {
        begin(thread) {
          clearTimeout(timer)
          thread(question).then(resolve, reject)
        },
        refuse() {
          clearTimeout(timer)
          resolve(undefined)
        },
      }
      const timer = setTimeout(() => {
        lane.remove(group, waiting)
        waiting.refuse()
      }, patienceMs)
      lane.add(group, waiting)
      serve()
    })
}

/** The waiting requests by group, the groups in the order of their turns. */
function fairLane() {
  const groups = new Map<string, Waiting[]>()
  let size = 0

  function remove(group: string, waiting: Waiting): void {
    const members = groups.get(group)
    const at = members?.indexOf(waiting) ?? -1
    if (!members || at === -1) return
    members.splice(at, 1)
    size--
    if (members.length === 0) groups.delete(group)
  }

  return {
    isEmpty: () => size === 0,
    remove,
    /** If too many wait, the last request of the largest group is refused. */
    add(group: string, waiting: Waiting): void {
      const members = groups.get(group) ?? []
      groups.set(group, members)
      members.push(waiting)
      size++
      if (size <= MAX_WAITING) return
      const [name, largest] = [...groups].reduce((a, b) => (b[1].length > a[1].length ? b : a))
      const last = largest.at(-1)
      if (!last) return
      remove(name, last)
      last.refuse()
    },
    take(): Waiting | undefined {
      const [first] = groups
      if (!first) return undefined
      const [group, members] = first
      const waiting = members.shift()
      size--
      groups.delete(group)
      if (members.length > 0) groups.set(group, members)
      return waiting
    },
  }
}
