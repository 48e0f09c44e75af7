import { lazy, type ComponentType, type LazyExoticComponent } from 'react'

type Lazy<P> = LazyExoticComponent<ComponentType<P>> & {
  /** Asks for its code when it is likely to be needed soon. */
  preload: () => void
}

/** A component whose code is loaded when it is first shown, or shortly before. */
export function lazily<P>(load: () => Promise<ComponentType<P>>): Lazy<P> {
  const Component = lazy(async () => ({ default: await load() }))
  // What fails now is asked for again, and told of, when it is shown.
  return Object.assign(Component, { preload: () => void load().catch(() => undefined) })
}
