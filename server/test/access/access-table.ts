/**
 * The answer of every route to every caller. A row is a route, or one of several requests to it; a
 * column is who asks (`people.ts`, `principals.ts`):
 *
 * - `nobody` brings no credential; `bad` each of those that are malformed, expired, revoked, or
 *   good for something else;
 * - `removed` was a member and is still signed in; `viewer`, `member`, `admin` and `owner` have
 *   that role; `maker` is a member and made the key in question, as the others did not; `other`
 *   owns another organization; `both` is an owner who also brings the token of `audit`; `handed`
 *   is an owner whom the platform handed over;
 * - `key` is an API key for everything, `scoped` one for something else;
 * - `verify`, `manage`, `catalog`, `calls`, `audit`, `handoff` and `hooks` are service tokens of
 *   that one scope; `here` and `away` have every scope, within this organization or another;
 * - `metrics` is METRICS_TOKEN.
 *
 * A cell is the status. `-` after it means an answer that tells nothing, `=` one that changes
 * nothing, as a refusal does.
 */
export const accessTable = `
                                                             nobody bad removed viewer maker member admin owner other both handed key scoped verify manage catalog calls audit handoff hooks here away metrics
GET /docs/                                                   200    200 200     200    200   200    200   200   200   200  200    200 200    200    200    200     200   200   200     200   200  200  200
GET /docs/static/index.html                                  302    302 302     302    302   302    302   302   302   302  302    302 302    302    302    302     302   302   302     302   302  302  302
GET /docs/static/swagger-initializer.js                      200    200 200     200    200   200    200   200   200   200  200    200 200    200    200    200     200   200   200     200   200  200  200
GET /docs/json                                               200    200 200     200    200   200    200   200   200   200  200    200 200    200    200    200     200   200   200     200   200  200  200
GET /docs/yaml                                               200    200 200     200    200   200    200   200   200   200  200    200 200    200    200    200     200   200   200     200   200  200  200
GET /docs/static/*                                           200    200 200     200    200   200    200   200   200   200  200    200 200    200    200    200     200   200   200     200   200  200  200
GET /healthz                                                 200    200 200     200    200   200    200   200   200   200  200    200 200    200    200    200     200   200   200     200   200  200  200
GET /readyz                                                  200    200 200     200    200   200    200   200   200   200  200    200 200    200    200    200     200   200   200     200   200  200  200
GET /metrics                                                 401    401 401     401    401   401    401   401   401   401  401    401 401    401    401    401     401   401   401     401   401  401  200
GET /api/openapi.json                                        200    200 200     200    200   200    200   200   200   200  200    200 200    200    200    200     200   200   200     200   200  200  200
GET /.well-known/jwks.json                                   200    200 200     200    200   200    200   200   200   200  200    200 200    200    200    200     200   200   200     200   200  200  200
GET /assets/*                                                200    200 200     200    200   200    200   200   200   200  200    200 200    200    200    200     200   200   200     200   200  200  200
GET /*                                                       200    200 200     200    200   200    200   200   200   200  200    200 200    200    200    200     200   200   200     200   200  200  200
GET /api/*                                                   404    404 404     404    404   404    404   404   404   404  404    404 404    404    404    404     404   404   404     404   404  404  404

POST /api/widget/token                                       401    401 401     401    401   401    401   401   401   401  401    200 403    401    401    401     401   401   401     401   401  401  401
GET /api/whoami                                              401    401 401     401    401   401    401   401   401   401  401    200 200    401    401    401     401   401   401     401   401  401  401
POST /api/keys/revoke-leaked                                 202    202 202     202    202   202    202   202   202   202  202    202 202    202    202    202     202   202   202     202   202  202  202
POST /api/leaks/github                                       401    401 401     401    401   401    401   401   401   401  401    401 401    401    401    401     401   401   401     401   401  401  401

POST /api/auth/verify                                        401    401 401     401    401   401    401   401   401   403  401    401 401    200    403    403     403   403   403     403   200  200- 401
POST /api/auth/lease                                         401    401 401     401    401   401    401   401   401   403  401    401 401    200    403    403     403   403   403     403   200  200  401
POST /api/leaks/trufflehog                                   401    401 401     401    401   401    401   401   401   403  401    401 401    200    403    403     403   403   403     403   200  204  401
GET /api/auth/check                                          401    401 401     401    401   401    401   401   401   403  401    401 401    200    403    403     403   403   403     403   200  401  401
ANY /api/auth/check                                          401    401 401     401    401   401    401   401   401   403  401    401 401    200    403    403     403   403   403     403   200  401  401
GET /api/auth/check/*                                        401    401 401     401    401   401    401   401   401   403  401    401 401    200    403    403     403   403   403     403   200  401  401
ANY /api/auth/check/*                                        401    401 401     401    401   401    401   401   401   403  401    401 401    200    403    403     403   403   403     403   200  401  401
PUT /api/internal/organizations/:id                          401    401 401     401    401   401    401   401   401   403  401    401 401    403    403    200     403   403   403     403   200  404  401
GET /api/internal/organizations/:id                          401    401 401     401    401   401    401   401   401   403  401    401 401    403    403    200     403   403   403     403   200  404  401
PUT /api/internal/agents/:id                                 401    401 401     401    401   401    401   401   401   403  401    401 401    403    403    200     403   403   403     403   200  404  401
PUT /api/internal/agents/:id (for every organization)        401    401 401     401    401   401    401   401   401   403  401    401 401    403    403    200     403   403   403     403   403  404  401
GET /api/internal/agents/:id                                 401    401 401     401    401   401    401   401   401   403  401    401 401    403    403    200     403   403   403     403   200  404  401
DELETE /api/internal/agents/:id                              401    401 401     401    401   401    401   401   401   403  401    401 401    403    403    204     403   403   403     403   204  404  401
PUT /api/internal/instances/:id                              401    401 401     401    401   401    401   401   401   403  401    401 401    403    403    200     403   403   403     403   200  404  401
GET /api/internal/instances/:id                              401    401 401     401    401   401    401   401   401   403  401    401 401    403    403    200     403   403   403     403   200  404  401
DELETE /api/internal/instances/:id                           401    401 401     401    401   401    401   401   401   403  401    401 401    403    403    204     403   403   403     403   204  404  401
PUT /api/internal/scopes/:name                               401    401 401     401    401   401    401   401   401   403  401    401 401    403    403    200     403   403   403     403   403  403  401
GET /api/internal/scopes/:name                               401    401 401     401    401   401    401   401   401   403  401    401 401    403    403    200     403   403   403     403   200  200  401
DELETE /api/internal/scopes/:name                            401    401 401     401    401   401    401   401   401   403  401    401 401    403    403    204     403   403   403     403   403  403  401
POST /api/internal/calls/consume                             401    401 401     401    401   401    401   401   401   403  401    401 401    403    403    403     200   403   403     403   200  401  401
POST /api/portal-sessions                                    401    401 401     401    401   401    401   401   401   403  401    401 401    403    403    403     403   403   201     403   201  404  401
DELETE /api/portal-sessions                                  401    401 401     401    401   401    401   401   401   403  401    401 401    403    403    403     403   403   204     403   204  404  401

GET /api/keys                                                401    401 403     200    200   200    200   200   200   403  200    401 401    403    200    403     403   403   403     403   200  404  401
POST /api/keys                                               401    401 403     403    201   201    201   201   201   403  201    401 401    403    201    403     403   403   403     403   201  404  401
GET /api/keys/counts                                         401    401 403     200    200   200    200   200   200   403  200    401 401    403    200    403     403   403   403     403   200  404  401
POST /api/keys/find                                          401    401 403     200    200   200    200   200   404   403  200    401 401    403    200    403     403   403   403     403   200  404  401
GET /api/keys/:id                                            401    401 403     200    200   200    200   200   404   403  200    401 401    403    200    403     403   403   403     403   200  404  401
PATCH /api/keys/:id                                          401    401 403     403    200   403    200   200   404   403  200    401 401    403    200    403     403   403   403     403   200  404  401
DELETE /api/keys/:id                                         401    401 403     403    204   403    204   204   404   403  204    401 401    403    204    403     403   403   403     403   204  404  401
POST /api/keys/:id/rotate                                    401    401 403     403    201   403    201   201   404   403  201    401 401    403    201    403     403   403   403     403   201  404  401
GET /api/keys/:id/usage                                      401    401 403     200    200   200    200   200   404   403  200    401 401    403    200    403     403   403   403     403   200  404  401
POST /api/keys/revoke-many                                   401    401 403     403    403   403    200   200   200   403  200    401 401    403    200    403     403   403   403     403   200  404  401
GET /api/scopes                                              401    401 403     200    200   200    200   200   200   200  200    401 401    401    401    401     401   401   401     401   401  401  401
GET /api/keys/:id/callers                                    401    401 403     200    200   200    200   200   404   403  200    401 401    403    200    403     403   403   403     403   200  404  401
GET /api/policy                                              401    401 403     200    200   200    200   200   200   200  200    401 401    401    401    401     401   401   401     401   401  401  401
PATCH /api/policy                                            401    401 403     403    403   403    403   200   200   200  200    401 401    401    401    401     401   401   401     401   401  401  401
GET /api/usage                                               401    401 403     200    200   200    200   200   200   200  200    401 401    401    401    401     401   401   401     401   401  401  401
GET /api/refusals                                            401    401 403     200    200   200    200   200   200   200  200    401 401    401    401    401     401   401   401     401   401  401  401
GET /api/service-tokens                                      401    401 403     403    403   403    403   200   200   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/service-tokens                                     401    401 403     403    403   403    403   201   201   201  403    401 401    401    401    401     401   401   401     401   401  401  401
DELETE /api/service-tokens/:id                               401    401 403     403    403   403    403   204   404   204  403    401 401    401    401    401     401   401   401     401   401  401  401
GET /api/audit-events                                        401    401 403     200    200   200    200   200   200   200  200    401 401    403    403    403     403   200   403     403   200  404  401
GET /api/webhooks                                            401    401 403     403    403   403    200   200   200   403  200    401 401    403    403    403     403   403   403     200   200  404  401
POST /api/webhooks                                           401    401 403     403    403   403    201   201   201   403  201    401 401    403    403    403     403   403   403     201   201  404  401
GET /api/webhooks/:id                                        401    401 403     403    403   403    200   200   404   403  200    401 401    403    403    403     403   403   403     200   200  404  401
PATCH /api/webhooks/:id                                      401    401 403     403    403   403    200   200   404   403  200    401 401    403    403    403     403   403   403     200   200  404  401
DELETE /api/webhooks/:id                                     401    401 403     403    403   403    204   204   404   403  204    401 401    403    403    403     403   403   403     204   204  404  401
POST /api/webhooks/:id/test                                  401    401 403     403    403   403    202   202   404   403  202    401 401    403    403    403     403   403   403     202   202  404  401
POST /api/webhooks/:id/rotate-secret                         401    401 403     403    403   403    200   200   404   403  200    401 401    403    403    403     403   403   403     200   200  404  401
GET /api/webhooks/:id/deliveries                             401    401 403     403    403   403    200   200   404   403  200    401 401    403    403    403     403   403   403     200   200  404  401
POST /api/webhooks/:id/deliveries/:deliveryId/resend         401    401 403     403    403   403    202   202   404   403  202    401 401    403    403    403     403   403   403     202   202  404  401

GET /api/session/options                                     200    200 200     200    200   200    200   200   200   200  200    200 200    200    200    200     200   200   200     200   200  200  200
GET /api/session/*                                           404    404 404     404    404   404    404   404   404   404  404    404 404    404    404    404     404   404   404     404   404  404  404
POST /api/session/*                                          404    404 404     404    404   404    404   404   404   404  404    404 404    404    404    404     404   404   404     404   404  404  404
POST /api/session/invitation                                 200    200 200     200    200   200    200   200   200   200  200    200 200    200    200    200     200   200   200     200   200  200  200
POST /api/session/portal-link                                200    200 200     200    200   200    200   200   200   200  200    200 200    200    200    200     200   200   200     200   200  200  200
GET /api/session/ok                                          200    200 200     200    200   200    200   200   200   200  200    200 200    200    200    200     200   200   200     200   200  200  200
GET /api/session/get-session                                 200-   200- 200     200    200   200    200   200   200   200  200    200- 200-   200-   200-   200-    200-  200-  200-    200-  200- 200- 200-
GET /api/session/list-sessions                               401    401 200     200    200   200    200   200   200   200  403    401 401    401    401    401     401   401   401     401   401  401  401
GET /api/session/list-accounts                               401    401 200     200    200   200    200   200   200   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/sign-in/social                             404    404 404     404    404   404    404   404   404   404  404    404 404    404    404    404     404   404   404     404   404  404  404
GET /api/session/callback/oidc                               404    404 404     404    404   404    404   404   404   404  404    404 404    404    404    404     404   404   404     404   404  404  404
POST /api/session/sign-out                                   200    200 200     200    200   200    200   200   200   200  200    200 200    200    200    200     200   200   200     200   200  200  200
POST /api/session/update-user                                401    401 200     200    200   200    200   200   200   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/change-password                            401    401 400     400    400   400    400   400   400   400  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/two-factor/enable                          401    401 200     200    200   200    200   200   200   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/two-factor/disable                         401    401 200     200    200   200    200   200   200   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/two-factor/generate-backup-codes           401    401 400     400    400   400    400   400   400   400  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/two-factor/verify-totp                     401    401 400     400    400   400    400   400   400   400  401    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/two-factor/verify-backup-code              401    401 400     400    400   400    400   400   400   400  401    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/request-password-reset                     400    400 400     400    400   400    400   400   400   400  403    400 400    400    400    400     400   400   400     400   400  400  400
POST /api/session/reset-password                             400    400 400     400    400   400    400   400   400   400  400    400 400    400    400    400     400   400   400     400   400  400  400
POST /api/session/revoke-session                             401    401 200     200    200   200    200   200   200   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/revoke-session (another person's)          401    401 200=    200=   200=  200=   200=  200=  200=  200= 403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/revoke-sessions                            401    401 200     200    200   200    200   200   200   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/revoke-other-sessions                      401    401 200     200    200   200    200   200   200   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/sign-in/email                              200    200 200     200    200   200    200   200   200   200  200    200 200    200    200    200     200   200   200     200   200  200  200
POST /api/session/sign-up/email                              403    403 403     403    403   403    403   403   403   403  403    403 403    403    403    403     403   403   403     403   403  403  403

GET /api/session/organization/list                           401    401 200-    200    200   200    200   200   200   200  403    401 401    401    401    401     401   401   401     401   401  401  401
GET /api/session/organization/get-full-organization          401    401 404     200    200   200    200   200   404   200  403    401 401    401    401    401     401   401   401     401   401  401  401
GET /api/session/organization/get-organization               401    401 404     200    200   200    200   200   404   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/organization/set-active                    401    401 404     200    200   200    200   200   404   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/organization/update                        401    401 404     403    403   403    403   200   404   200  403    401 401    401    401    401     401   401   401     401   401  401  401
GET /api/session/organization/list-members                   401    401 404     200    200   200    200   200   404   200  403    401 401    401    401    401     401   401   401     401   401  401  401
GET /api/session/organization/get-active-member              401    401 404     200    200   200    200   200   200   200  403    401 401    401    401    401     401   401   401     401   401  401  401
GET /api/session/organization/get-active-member-role         401    401 404     200    200   200    200   200   404   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/organization/has-permission                401    401 404     200    200   200    200   200   404   200  403    401 401    401    401    401     401   401   401     401   401  401  401
GET /api/session/organization/list-invitations               401    401 404     403    403   403    200   200   404   200  403    401 401    401    401    401     401   401   401     401   401  401  401
GET /api/session/organization/list-user-invitations          401    401 403     403    403   403    403   403   403   403  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/organization/accept-invitation             401    401 200     200    200   200    200   200   200   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/organization/accept-invitation (another's) 401    401 404     404    404   404    404   404   404   404  403    401 401    401    401    401     401   401   401     401   401  401  401
GET /api/session/organization/get-invitation                 401    401 200     200    200   200    200   200   200   200  403    401 401    401    401    401     401   401   401     401   401  401  401
GET /api/session/organization/get-invitation (another's)     401    401 404     404    404   404    404   404   404   404  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/organization/reject-invitation             401    401 200     200    200   200    200   200   200   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/organization/reject-invitation (another's) 401    401 404     404    404   404    404   404   404   404  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/organization/cancel-invitation             401    401 404     403    403   403    200   200   404   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/organization/invite-member                 401    401 404     403    403   403    200   200   404   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/organization/invite-member (as owner)      401    401 404     403    403   403    403   200   404   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/organization/update-member-role            401    401 404     403    403   403    200   200   404   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/organization/update-member-role (to owner) 401    401 404     403    403   403    403   200   404   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/organization/remove-member                 401    401 404     403    403   403    200   200   404   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/organization/remove-member (an owner)      401    401 404     403    403   403    403   200   404   200  403    401 401    401    401    401     401   401   401     401   401  401  401
POST /api/session/organization/leave                         401    401 404     200    200   200    200   200   404   200  403    401 401    401    401    401     401   401   401     401   401  401  401
`
