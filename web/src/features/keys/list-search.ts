import { useLocation } from 'react-router'
import { paths } from '../../paths.ts'

/** What a page of a key is opened with, so that it can lead back to the list as it was. */
export type FromList = { listSearch: string }

/** The filters of the list that the person is in, or came from. */
export function useListSearch(): string {
  const { pathname, search, state } = useLocation()
  if (pathname === paths.keys) return search
  return (state as Partial<FromList> | null)?.listSearch ?? ''
}
