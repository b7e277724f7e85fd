import { PersonNeeded } from './mcp-client.ts';
import type { McpClient, ToolOutcome } from './mcp-client.ts';
import type { Choice, Person } from './person.ts';

/** What the person has to open for this to go on. */
export async function wantsPerson(work: Promise<unknown>): Promise<URL> {
  try {
    await work;
  } catch (error) {
    if (error instanceof PersonNeeded) return error.url;
    throw error;
  }
  throw new Error('nobody was needed');
}

/** The whole way: the client opens the browser, the person signs in and allows, the client is connected. */
export async function connect(
  client: McpClient,
  person: Person,
  choice: Choice = {},
): Promise<void> {
  await person.open(await wantsPerson(client.connect()));
  await person.signIn();
  await person.allow(choice);
  await client.finish();
}

/** The titles of the person's notes, by the tool. */
export async function notesSeenBy(client: McpClient): Promise<string[]> {
  return titlesIn(await client.callTool('nc_notes_search_notes', { query: '' }));
}

function titlesIn(outcome: ToolOutcome): string[] {
  if (outcome.isError) throw new Error(outcome.text);
  const { results = [] } = outcome.structured as { results?: { title: string }[] };
  return results.map(({ title }) => title).sort();
}
