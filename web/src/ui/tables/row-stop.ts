import { createContext } from 'react'

/**
 * The `tabIndex` of what has a hint. In a row of a long table it is -1: Tab then goes from row to
 * row, and the arrow keys reach what is in one.
 */
export const RowStop = createContext<0 | -1>(0)
