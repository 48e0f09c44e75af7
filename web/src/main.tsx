import './ui/theme/mantine.css'
import './ui/theme/base.css'
import './ui/theme/forced-colors.css'
import './ui/theme/touch.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router/dom'
import { carryOrganization } from './api/acting-for.ts'
import { createQueryClient } from './api/query-client.ts'
import { sessionQuery } from './api/session.queries.ts'
import { createRouter, leaveSession, startAtSignIn } from './routes.tsx'
import { watchPrinting } from './lib/printing.ts'
import { isLinkedPage, takeLinkToken } from './lib/secrets/link-token.ts'
import { Notices } from './ui/feedback/Notices.tsx'
import { cssVariables, theme } from './ui/theme/theme.ts'

const queryClient = createQueryClient(leaveSession)
const root = createRoot(document.getElementById('root')!)

function show(content: ReactNode) {
  root.render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        // It makes all variables, so no file with the library's defaults is loaded.
        deduplicateCssVariables={false}
      >
        <QueryClientProvider client={queryClient}>
          {content}
          <Notices />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  )
}

/** Until the first page's code is there; what the document began with stays meanwhile. */
function startOf(router: ReturnType<typeof createRouter>): Promise<void> {
  return new Promise((resolve) => {
    const look = () => router.state.initialized && resolve()
    router.subscribe(look)
    look()
  })
}

async function start() {
  takeLinkToken()
  await queryClient.prefetchQuery(sessionQuery)
  if (queryClient.getQueryData(sessionQuery.queryKey) === null) startAtSignIn()
  const router = createRouter()
  await startOf(router)
  show(<RouterProvider router={router} />)
}

// Opening a link while its page is open changes only the fragment.
window.addEventListener('hashchange', () => {
  if (isLinkedPage(window.location.pathname)) window.location.reload()
})

// Back may restore a page from the browser's memory, with all its data and a session that is over.
// So a page is put away without anything to see, and loaded again when it comes back.
window.addEventListener('pagehide', (event) => {
  carryOrganization()
  document.body.hidden = event.persisted
})
window.addEventListener('pageshow', (event) => {
  if (event.persisted) window.location.reload()
})

watchPrinting()
void start()
