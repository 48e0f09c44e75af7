/** A value that is there already, or on its way. */
export type MaybePromise<T> = T | Promise<T>

/**
 * Goes on with a value at once if it is there. SQLite answers within the call, and awaiting what
 * is there already would put every request on its way through the queue of microtasks.
 */
export function whenReady<T, U>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<U>,
): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value)
}
