/** The code of each page, which a first visit loads for itself alone. */
export const pages = {
  signIn: () => import('./features/session/SignInPage.tsx'),
  signUp: () => import('./features/session/SignUpPage.tsx'),
  forgottenPassword: () => import('./features/session/ForgottenPasswordPage.tsx'),
  resetPassword: () => import('./features/session/ResetPasswordPage.tsx'),
  invitation: () => import('./features/session/invitation/InvitationPage.tsx'),
  shell: () => import('./layout/RequireSession.tsx'),
  keys: () => import('./features/keys/list/KeysPage.tsx'),
  key: () => import('./features/keys/page/KeyPage.tsx'),
  audit: () => import('./features/audit/AuditPage.tsx'),
  documentation: () => import('./features/docs/DocumentationPage.tsx'),
  settings: () => import('./features/settings/SettingsPage.tsx'),
  profile: () => import('./features/settings/ProfilePage.tsx'),
  organization: () => import('./features/organization/OrganizationPage.tsx'),
  members: () => import('./features/organization/members/MembersPage.tsx'),
  serviceTokens: () => import('./features/organization/service-tokens/ServiceTokensPage.tsx'),
  notFound: () => import('./layout/failures/NotFound.tsx'),
}
