/** How one MCP client is connected. */
export interface Connection {
  /** Its place on the page. */
  readonly id: string;
  readonly title: string;
  /** What to click, in order. */
  readonly steps: readonly string[];
  /** Where the text goes. */
  readonly place?: string;
  /** To copy. */
  readonly text?: string;
}

/** Set-ups for the given endpoint. With `bearer`, `YOUR_TOKEN` stands where the token goes. */
export function connections(endpoint: string, bearer: boolean): readonly Connection[] {
  const authorization = 'Authorization: Bearer YOUR_TOKEN';
  const headers = bearer ? { headers: { Authorization: 'Bearer YOUR_TOKEN' } } : {};
  const json = (value: unknown): string => JSON.stringify(value, null, 2);
  return [
    {
      id: 'claude-code',
      title: 'Claude Code',
      steps: [],
      place: bearer ? 'In a terminal:' : 'In a terminal; then /mcp in Claude Code:',
      text: `claude mcp add --transport http nextcloud ${endpoint}${bearer ? ` --header "${authorization}"` : ''}`,
    },
    claudeDesktop(endpoint, bearer),
    {
      id: 'vs-code',
      title: 'VS Code',
      steps: [],
      place: '.vscode/mcp.json in your project:',
      text: json({ servers: { nextcloud: { type: 'http', url: endpoint, ...headers } } }),
    },
    {
      id: 'cursor',
      title: 'Cursor',
      steps: [],
      place: '.cursor/mcp.json in your project or home folder:',
      text: json({ mcpServers: { nextcloud: { url: endpoint, ...headers } } }),
    },
    chatGpt(endpoint, bearer),
    {
      id: 'other',
      title: 'Any other client',
      steps: [],
      place: 'What it will ask for:',
      text: [
        'transport  Streamable HTTP',
        `url        ${endpoint}`,
        ...(bearer ? [`header     ${authorization}`] : []),
      ].join('\n'),
    },
  ];
}

/** Its connectors come from the internet; what runs on this computer is reached through a bridge. */
function claudeDesktop(endpoint: string, bearer: boolean): Connection {
  const title = 'Claude Desktop';
  const id = 'claude-desktop';
  if (isPublic(endpoint) && !bearer) {
    const steps = [
      'Open Settings, Connectors.',
      'Choose “Add custom connector”.',
      'Give this URL:',
    ];
    return { id, title, steps, text: endpoint };
  }
  // without a space inside: some systems take arguments apart there
  const header = bearer ? ['--header', 'Authorization:${AUTH}'] : [];
  const environment = bearer ? { env: { AUTH: 'Bearer YOUR_TOKEN' } } : {};
  const args = ['-y', 'mcp-remote', endpoint, ...header];
  return {
    id,
    title,
    steps: [],
    place: 'claude_desktop_config.json (Settings, Developer, Edit config):',
    text: JSON.stringify(
      { mcpServers: { nextcloud: { command: 'npx', args, ...environment } } },
      null,
      2,
    ),
  };
}

function chatGpt(endpoint: string, bearer: boolean): Connection {
  const title = 'ChatGPT';
  const id = 'chatgpt';
  if (!isPublic(endpoint) || bearer) {
    const steps = [
      'ChatGPT connects from the internet and signs people in.',
      'Run the gateway behind a public HTTPS address with sign-in, then come back to this page.',
    ];
    return { id, title, steps };
  }
  const steps = [
    'Open Settings, Apps and connectors, and switch developer mode on under Advanced.',
    'Choose “Create”, and OAuth as the authentication.',
    'Give this URL:',
  ];
  return { id, title, steps, text: endpoint };
}

function isPublic(endpoint: string): boolean {
  return endpoint.startsWith('https://');
}
