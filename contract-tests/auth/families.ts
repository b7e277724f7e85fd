import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

/**
 * Writes, reads and deletes something in every route family of a live Nextcloud through a running gateway, as the
 * person of an access token, and prints what worked: node contract-tests/auth/families.ts --url http://127.0.0.1:8000
 * with the token in MCP_TOKEN. What it makes has a random name and is deleted again.
 */
type Args = Readonly<Record<string, unknown>>;
type Data = Readonly<Record<string, unknown>>;

interface Family {
  readonly name: string;
  write(call: Call, name: string): Promise<Data>;
  read(call: Call, name: string, written: Data): Promise<Data>;
  remove(call: Call, name: string, written: Data): Promise<unknown>;
}

type Call = (tool: string, args: Args) => Promise<Data>;

const FAMILIES: readonly Family[] = [
  {
    name: 'Notes',
    write: (call, title) => call('nc_notes_create_note', { title, content: title }),
    read: (call, _name, { id }) => call('nc_notes_get_note', { note_id: id }),
    remove: (call, _name, { id }) => call('nc_notes_delete_note', { note_id: id }),
  },
  {
    name: 'Deck',
    write: (call, title) => call('deck_create_board', { title, color: 'ff0000' }),
    read: (call, _name, { id }) => call('deck_get_board', { board_id: id }),
    remove: (call, _name, { id }) => call('deck_delete_board', { board_id: id }),
  },
  {
    name: 'Tables',
    write: (call, title) => call('nc_tables_create_table', { title }),
    read: (call, _name, { id }) => call('nc_tables_get_schema', { table_id: id }),
    remove: (call, _name, { id }) => call('nc_tables_delete_table', { table_id: id }),
  },
  {
    name: 'Cookbook',
    write: (call, name) => call('nc_cookbook_create_recipe', { name }),
    read: (call, _name, written) => call('nc_cookbook_get_recipe', { recipe_id: idIn(written) }),
    remove: (call, _name, written) =>
      call('nc_cookbook_delete_recipe', { recipe_id: idIn(written) }),
  },
  {
    name: 'WebDAV',
    write: (call, name) => call('nc_webdav_write_file', { path: `${name}.txt`, content: name }),
    read: (call, name) => call('nc_webdav_read_file', { path: `${name}.txt` }),
    remove: (call, name) => call('nc_webdav_delete_resource', { path: `${name}.txt` }),
  },
  {
    name: 'OCS',
    async write(call, name) {
      await call('nc_webdav_write_file', { path: `${name}-shared.txt`, content: name });
      return call('nc_share_create', { path: `${name}-shared.txt`, share_with: 'bob' });
    },
    read: (call, _name, written) => call('nc_share_get', { share_id: String(idIn(written)) }),
    async remove(call, name, written) {
      await call('nc_share_delete', { share_id: String(idIn(written)) });
      await call('nc_webdav_delete_resource', { path: `${name}-shared.txt` });
    },
  },
  {
    name: 'CalDAV',
    write: (call, title) =>
      call('nc_calendar_create_event', {
        calendar_name: 'personal',
        title,
        start_datetime: '2026-12-01T10:00:00Z',
        end_datetime: '2026-12-01T11:00:00Z',
      }),
    read: (call, name) =>
      call('nc_calendar_list_events', {
        calendar_name: 'personal',
        start_date: '2026-12-01',
        end_date: '2026-12-02',
      }).then((found) => ({ ...found, name })),
    remove: (call, _name, written) =>
      call('nc_calendar_delete_event', { calendar_name: 'personal', event_uid: written.uid }),
  },
  {
    name: 'CardDAV',
    write: (call, name) =>
      call('nc_contacts_create_contact', {
        addressbook: 'contacts',
        uid: name,
        contact_data: { fn: name },
      }),
    read: (call, name) => call('nc_contacts_get_contact', { addressbook: 'contacts', uid: name }),
    remove: (call, name) =>
      call('nc_contacts_delete_contact', { addressbook: 'contacts', uid: name }),
  },
];

function idIn(data: Data): unknown {
  return data.id ?? data.recipe_id ?? data.share_id;
}

async function check(family: Family, call: Call): Promise<string> {
  const name = `family-check-${randomUUID().slice(0, 8)}`;
  const steps: string[] = [];
  let written: Data = {};
  const step = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
      steps.push(`${what} ok`);
    } catch (error) {
      steps.push(
        `${what} FAILED (${error instanceof Error ? error.message.slice(0, 160) : 'unknown'})`,
      );
    }
  };
  await step('written', async () => (written = await family.write(call, name)));
  await step('read', async () => {
    const text = JSON.stringify(await family.read(call, name, written));
    if (!text.includes(name)) throw new Error(`not in ${text.slice(0, 100)}`);
  });
  await step('deleted', () => family.remove(call, name, written));
  return `| ${family.name} | ${steps.join(' | ')} |`;
}

const { values } = parseArgs({ options: { url: { type: 'string' } } });
const token = process.env['MCP_TOKEN'] ?? '';
const client = new Client(
  { name: 'family-check', version: '1.0.0' },
  { versionNegotiation: { mode: 'auto' } },
);
const endpoint = new URL('/mcp', values.url ?? 'http://127.0.0.1:8000');
const headers = { Authorization: `Bearer ${token}` };
await client.connect(new StreamableHTTPClientTransport(endpoint, { requestInit: { headers } }));
const call: Call = async (name, args) => {
  const result = await client.callTool({ name, arguments: args });
  if (result.isError === true) throw new Error(JSON.stringify(result.content));
  return (result.structuredContent ?? {}) as Data;
};
process.stdout.write('| family | written | read | deleted |\n| --- | --- | --- | --- |\n');
for (const family of FAMILIES) process.stdout.write(`${await check(family, call)}\n`);
await client.close();
