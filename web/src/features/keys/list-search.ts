import { useLocation } from 'react-router'
import { paths } from '../../paths.ts'

/** The page of a key is opened with it, so that it can lead back to the list as it was. */
export type FromList = { listSearch: string }

/** The filters of the list that is shown, or that the person came from. */
export function useListSearch(): string {
  return listSearchOf(useLocation())
}

type Place = { pathname: string; search: string; state: unknown }

export function listSearchOf({ pathname, search, state }: Place): string {
  if (pathname === paths.keys) return search
  return (state as Partial<FromList> | null)?.listSearch ?? ''
}
