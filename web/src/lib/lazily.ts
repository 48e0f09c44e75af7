import { lazy, type ComponentType, type LazyExoticComponent } from 'react'

export type Lazy<P> = LazyExoticComponent<ComponentType<P>> & {
  /** Loads the code because it is likely to be needed soon. */
  preload: () => void
}

/** A component whose code is loaded when it is first shown, or shortly before. */
export function lazily<P>(load: () => Promise<ComponentType<P>>): Lazy<P> {
  const Component = lazy(async () => ({ default: await load() }))
  // A failure is ignored here: the component loads again, and shows an error, when it is drawn.
  return Object.assign(Component, { preload: () => void load().catch(() => undefined) })
}
