export const ENV_VARIABLE = 'NEURA_API_KEY'
export const DEMO_AGENT_ID = '550e8400-e29b-41d4-a716-446655440000'

export type Snippet = { id: string; name: string; code: string }

/**
 * Ready to use with a new key: the line for the environment and a call to try at once hold it. Code
 * reads it from the environment, because a key has no place in code.
 */
export function keySnippets(origin: string, key: string): Snippet[] {
  return [
    { id: 'env', name: '.env', code: `${ENV_VARIABLE}=${key}` },
    { id: 'curl', name: 'curl', code: curl(tokenUrl(origin), key) },
    ...codeSnippets(origin),
  ]
}

/** Calls that take the key from the environment; each runs as it stands and prints the answer. */
export function exampleSnippets(origin: string): Snippet[] {
  return [
    { id: 'curl', name: 'curl', code: curl(tokenUrl(origin), `$${ENV_VARIABLE}`) },
    ...codeSnippets(origin),
  ]
}

function codeSnippets(origin: string): Snippet[] {
  const url = tokenUrl(origin)
  return [
    { id: 'node', name: 'Node.js', code: node(url) },
    { id: 'python', name: 'Python', code: python(url) },
    { id: 'php', name: 'PHP', code: php(url) },
  ]
}

function tokenUrl(origin: string): string {
  return `${origin}/api/widget/token`
}

function curl(url: string, key: string): string {
  return `curl -X POST ${url} \\
  -H "Authorization: Bearer ${key}" \\
  -H "Content-Type: application/json" \\
  -d '{"agentId": "${DEMO_AGENT_ID}"}'`
}

// No top-level await: this runs as a module, as CommonJS and in the REPL alike.
function node(url: string): string {
  return `fetch('${url}', {
  method: 'POST',
  headers: {
    Authorization: \`Bearer \${process.env.${ENV_VARIABLE}}\`,
    'Content-Type': 'application/json',
  },
  body: JSON.stringify({ agentId: '${DEMO_AGENT_ID}' }),
})
  .then((response) => response.json())
  .then(console.log)`
}

// Python's and PHP's own libraries: nothing to install first.
function python(url: string): string {
  return `import json
import os
import urllib.request

request = urllib.request.Request(
    "${url}",
    data=json.dumps({"agentId": "${DEMO_AGENT_ID}"}).encode(),
    headers={
        "Authorization": "Bearer " + os.environ["${ENV_VARIABLE}"],
        "Content-Type": "application/json",
    },
)
with urllib.request.urlopen(request) as response:
    print(response.read().decode())`
}

function php(url: string): string {
  return `<?php
$context = stream_context_create(['http' => [
    'method' => 'POST',
    'header' => "Authorization: Bearer " . getenv('${ENV_VARIABLE}') . "\\r\\n"
        . "Content-Type: application/json",
    'content' => json_encode(['agentId' => '${DEMO_AGENT_ID}']),
    'ignore_errors' => true,
]]);
echo file_get_contents('${url}', false, $context);`
}
