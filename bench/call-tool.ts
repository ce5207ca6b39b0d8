const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/**
 * Calls a tool by a bare request, without what a client library would add to the time.
 * @param origin the Worker's, with the access token of a client there
 * @throws Error unless there is a result
 */
export async function callTool(
  { origin, token }: { origin: string; token: string },
  name: string,
  args: Record<string, unknown>,
): Promise<void> {
  const response = await fetch(`${origin}/mcp`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': 'tools/call',
      'Mcp-Name': name,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name, arguments: args, _meta: envelope },
    }),
  });
  const text = await response.text();
  if (!response.ok || !text.includes('structuredContent'))
    throw new Error(`${name}: ${response.status} ${text.slice(0, 300)}`);
}
