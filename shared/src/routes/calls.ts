import type * as z from 'zod'
import type { routes } from '../routes.ts'
import type { SessionAnswers } from './people/session-answers.ts'
import type { sessionInputs } from './people/sessions.ts'

type Routes = typeof routes
type SessionInputs = typeof sessionInputs

/** A route by method and path, such as `GET /api/keys/:id`. */
export type RouteName = keyof Routes | keyof SessionInputs

/** The input of a call: `params` fill the path, `query` the search, `body` is sent as JSON. */
export type Input<Name extends RouteName> = Name extends keyof Routes
  ? Params<Routes[Name]> & Query<Routes[Name]> & Body<Routes[Name]> & Headers<Routes[Name]>
  : Name extends keyof SessionInputs
    ? Name extends `GET ${string}`
      ? Query<{ querystring: SessionInputs[Name] }>
      : Body<{ body: SessionInputs[Name] }>
    : never

/** The answer to a call that succeeds; unknown where better-auth's is of no use to anyone. */
export type Answer<Name extends RouteName> = Name extends keyof SessionAnswers
  ? SessionAnswers[Name]
  : Name extends keyof Routes
    ? Success<Routes[Name]['response']>
    : unknown

type Params<Route> = Route extends { params: infer Schema } ? { params: z.input<Schema> } : unknown

type Query<Route> = Route extends { querystring: infer Schema }
  ? { query?: { [Field in keyof z.input<Schema>]?: InSearch<z.input<Schema>[Field]> } }
  : unknown

// Numbers are written as text; what is null or empty is left out.
type InSearch<Value> = Value | null | '' | (string extends Value ? number : never)

type Body<Route> = Route extends { body: infer Schema }
  ? undefined extends z.input<Schema>
    ? { body?: z.input<Schema> }
    : { body: z.input<Schema> }
  : unknown

type Headers<Route> = Route extends { headers: infer Schema }
  ? { headers?: z.input<Schema> }
  : unknown

type Success<Responses> = JsonOf<Responses[keyof Responses & (200 | 201 | 202 | 204)]>

type JsonOf<Response> = Response extends z.ZodType
  ? z.output<Response>
  : Response extends { content: { 'application/json': { schema: infer Schema } } }
    ? z.output<Schema>
    : never
