export const ENV_VARIABLE = 'NEURA_API_KEY'
export const DEMO_AGENT_ID = '550e8400-e29b-41d4-a716-446655440000'

export type Snippet = { id: string; name: string; code: string }

/** Ready to paste with the key in place: each call runs as it stands and prints the answer. */
export function keySnippets(origin: string, key: string): Snippet[] {
  const url = tokenUrl(origin)
  return [
    { id: 'env', name: '.env', code: `${ENV_VARIABLE}=${key}` },
    { id: 'curl', name: 'curl', code: curl(url, key) },
    { id: 'node', name: 'Node.js', code: node(url, `'Bearer ${key}'`) },
    { id: 'python', name: 'Python', code: python(url, `"Bearer ${key}"`) },
    { id: 'php', name: 'PHP', code: php(url, key) },
  ]
}

/** The same calls, with the key taken from the environment. */
export function exampleSnippets(origin: string): Snippet[] {
  const url = tokenUrl(origin)
  const pythonImport = 'import os\n'
  return [
    { id: 'curl', name: 'curl', code: curl(url, `$${ENV_VARIABLE}`) },
    { id: 'node', name: 'Node.js', code: node(url, `\`Bearer \${process.env.${ENV_VARIABLE}}\``) },
    {
      id: 'python',
      name: 'Python',
      code: python(url, `"Bearer " + os.environ["${ENV_VARIABLE}"]`, pythonImport),
    },
    { id: 'php', name: 'PHP', code: php(url, `" . getenv('${ENV_VARIABLE}') . "`) },
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
function node(url: string, authorization: string): string {
  return `fetch('${url}', {
  method: 'POST',
  headers: {
    Authorization: ${authorization},
    'Content-Type': 'application/json',
  },
  body: JSON.stringify({ agentId: '${DEMO_AGENT_ID}' }),
})
  .then((response) => response.json())
  .then(console.log)`
}

// Python's and PHP's own libraries: nothing to install first.
function python(url: string, authorization: string, imports = ''): string {
  return `import json
${imports}import urllib.request

request = urllib.request.Request(
    "${url}",
    data=json.dumps({"agentId": "${DEMO_AGENT_ID}"}).encode(),
    headers={
        "Authorization": ${authorization},
        "Content-Type": "application/json",
    },
)
with urllib.request.urlopen(request) as response:
    print(response.read().decode())`
}

function php(url: string, key: string): string {
  return `<?php
$context = stream_context_create(['http' => [
    'method' => 'POST',
    'header' => "Authorization: Bearer ${key}\\r\\n"
        . "Content-Type: application/json",
    'content' => json_encode(['agentId' => '${DEMO_AGENT_ID}']),
    'ignore_errors' => true,
]]);
echo file_get_contents('${url}', false, $context);`
}
