/** The settings that a generated client needs to call the service. */
export type Calls = { url: string; serviceToken: string; cookie: string; organizationId: string }

// Each of them makes a key as a person and as a service, verifies one, and swaps it for a token.

export const typescriptClient = `
import createClient from 'openapi-fetch'
import type { paths } from './api.ts'

const { url, serviceToken, cookie, organizationId } = JSON.parse(process.env.CALLS!)
const api = createClient<paths>({ baseUrl: url })
const service = { Authorization: \`Bearer \${serviceToken}\` }

const mine = await api.POST('/api/keys', {
  headers: { Cookie: cookie },
  body: { label: 'By a person' },
})
if (!mine.data) throw new Error(JSON.stringify(mine.error))
const theirs = await api.POST('/api/keys', {
  params: { header: { 'X-Organization-Id': organizationId } },
  headers: service,
  body: { label: 'By a service', environment: 'staging', expiresAt: null },
})
if (!theirs.data) throw new Error(JSON.stringify(theirs.error))
const verdict = await api.POST('/api/auth/verify', { headers: service, body: { key: mine.data.key } })
if (verdict.data?.code !== 'VALID') throw new Error(JSON.stringify(verdict))
if (verdict.data.keyId !== mine.data.id) throw new Error('another key')
const token = await api.POST('/api/widget/token', {
  headers: { 'X-API-Key': theirs.data.key },
  body: { agentId: '550e8400-e29b-41d4-a716-446655440000' },
})
if (!token.data?.accessToken) throw new Error(JSON.stringify(token.error))
`

export const pythonClient = `
import json, os
from api import AuthenticatedClient, Client
from api.api.keys import issue_key
from api.api.verification import verify_key
from api.api.public_api import mint_widget_token
from api.models import IssueKeyInput, VerifyKeyInput, MintWidgetTokenInput, IssuedKey, VerifyAccepted, WidgetToken
from uuid import UUID

calls = json.loads(os.environ['CALLS'])
person = Client(base_url=calls['url'], headers={'Cookie': calls['cookie']})
service = AuthenticatedClient(base_url=calls['url'], token=calls['serviceToken'])

mine = issue_key.sync(client=person, body=IssueKeyInput(label='By a person'))
assert isinstance(mine, IssuedKey), mine
theirs = issue_key.sync(client=service, body=IssueKeyInput(label='By a service'),
                        x_organization_id=calls['organizationId'])
assert isinstance(theirs, IssuedKey), theirs
verdict = verify_key.sync(client=service, body=VerifyKeyInput(key=mine.key))
assert isinstance(verdict, VerifyAccepted) and verdict.key_id == mine.id, verdict
holder = AuthenticatedClient(base_url=calls['url'], token=theirs.key)
token = mint_widget_token.sync(client=holder, body=MintWidgetTokenInput(
    agent_id=UUID('550e8400-e29b-41d4-a716-446655440000')))
assert isinstance(token, WidgetToken), token
`

export const goClient = `
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"

	"example.com/generated/api"
	"github.com/google/uuid"
)

type calls struct{ URL, ServiceToken, Cookie, OrganizationID string }

func main() {
	var with calls
	if err := json.Unmarshal([]byte(os.Getenv("CALLS")), &with); err != nil {
		log.Fatal(err)
	}
	header := func(name, value string) api.RequestEditorFn {
		return func(_ context.Context, request *http.Request) error {
			request.Header.Set(name, value)
			return nil
		}
	}
	ctx := context.Background()
	client, err := api.NewClientWithResponses(with.URL)
	if err != nil {
		log.Fatal(err)
	}
	service := header("Authorization", "Bearer "+with.ServiceToken)
	mine, err := client.IssueKeyWithResponse(ctx, nil, api.IssueKeyInput{Label: "By a person"}, header("Cookie", with.Cookie))
	if err != nil || mine.JSON201 == nil {
		log.Fatal(err, mine)
	}
	theirs, err := client.IssueKeyWithResponse(ctx, &api.IssueKeyParams{XOrganizationId: &with.OrganizationID}, api.IssueKeyInput{Label: "By a service"}, service)
	if err != nil || theirs.JSON201 == nil {
		log.Fatal(err, theirs)
	}
	answer, err := client.VerifyKeyWithResponse(ctx, api.VerifyKeyInput{Key: mine.JSON201.Key}, service)
	if err != nil || answer.JSON200 == nil {
		log.Fatal(err, answer)
	}
	verdict, err := answer.JSON200.ValueByDiscriminator()
	if err != nil {
		log.Fatal(err)
	}
	if accepted, is := verdict.(api.VerifyAccepted); !is || accepted.KeyId != mine.JSON201.Id {
		log.Fatal(verdict)
	}
	agent := uuid.MustParse("550e8400-e29b-41d4-a716-446655440000")
	token, err := client.MintWidgetTokenWithResponse(ctx, api.MintWidgetTokenInput{AgentId: agent}, header("X-API-Key", theirs.JSON201.Key))
	if err != nil || token.JSON200 == nil {
		log.Fatal(err, token)
	}
}
`
