import { useCallback, useEffect } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { BrokenPage } from './BrokenPage.tsx'

/** Stands in the place of a page that broke or could not be loaded; what is around it stays. */
export function PageFailure() {
  const location = useLocation()
  const navigate = useNavigate()
  const again = useCallback(
    () => void navigate(location, { replace: true, state: location.state }),
    [location, navigate],
  )
  useEffect(() => {
    window.addEventListener('online', again)
    return () => window.removeEventListener('online', again)
  }, [again])
  return (
    <BrokenPage onRetry={again}>
      It goes on by itself when the network is back. If it stays like this, reload: there may be a
      newer version of the portal.
    </BrokenPage>
  )
}
