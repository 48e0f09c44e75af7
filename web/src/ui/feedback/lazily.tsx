import {
  Component,
  lazy,
  Suspense,
  useEffect,
  useState,
  type ComponentType,
  type ReactNode,
} from 'react'
import { loadCode } from '../../lib/load-code.ts'
import { Failure } from './Failure.tsx'
import classes from './lazily.module.css'

export type Lazy<P> = ComponentType<P> & {
  /** Loads the code before it is needed. */
  preload: () => void
}

/**
 * A component whose code is loaded when it is first shown, or before. Code that cannot be loaded
 * takes nothing else from the page: it is said, and tried again when the network is back.
 *
 * @param fallback stands in its place while the code is on its way
 */
export function lazily<Module, P extends object>(
  load: () => Promise<Module>,
  pick: (module: Module) => ComponentType<P>,
  fallback: ReactNode = null,
): Lazy<P> {
  const loadPicked = async () => pick(await loadCode(load))
  const draft = () => ({ Loaded: lazy(async () => ({ default: await loadPicked() })) })
  let shared = draft()

  function Lazily(props: P) {
    const [{ Loaded }, setLoaded] = useState(shared)
    const again = () => {
      // React remembers a failure for good, so another attempt needs another component.
      shared = draft()
      setLoaded(shared)
    }
    return (
      <Boundary key={attemptOf(Loaded)} fallback={<NotLoaded onRetry={again} />}>
        <Suspense fallback={fallback}>
          <Loaded {...props} />
        </Suspense>
      </Boundary>
    )
  }

  // A failure is ignored here: the code is loaded again, and the failure said, when it is drawn.
  return Object.assign(Lazily, { preload: () => void loadPicked().catch(() => undefined) })
}

const attempts = new WeakMap<object, number>()
let attempted = 0

function attemptOf(component: object): number {
  const known = attempts.get(component) ?? ++attempted
  attempts.set(component, known)
  return known
}

type BoundaryProps = { fallback: ReactNode; children: ReactNode }

class Boundary extends Component<BoundaryProps, { hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError() {
    return { hasFailed: true }
  }

  override render() {
    return this.state.hasFailed ? this.props.fallback : this.props.children
  }
}

function NotLoaded({ onRetry }: { onRetry: () => void }) {
  useEffect(() => {
    window.addEventListener('online', onRetry)
    return () => window.removeEventListener('online', onRetry)
  })
  return (
    <div className={classes.bar}>
      <Failure
        title="This part of the portal could not be loaded"
        message="Nothing was done. It goes on by itself when the network is back. If it stays like this, reload the page."
        onRetry={onRetry}
      />
    </div>
  )
}
