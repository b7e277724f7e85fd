import { Agent } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import {
  localhostHostValidation,
  localhostOriginValidation,
  toNodeHandler,
} from '@modelcontextprotocol/node';
import { McpServer, createMcpHandler } from '@modelcontextprotocol/server';
import type { Tool } from '@modelcontextprotocol/server';
import axios from 'axios';
import express from 'express';
import * as z from 'zod';

/**
 * What the SDK alone costs, set up as its documentation does: one server per request, one registered tool with
 * described arguments that makes the same call, express with its JSON parser, Host and Origin checked. It lists the
 * same tools from memory, which is faster than registering them.
 */
const [upstream = '', toolsFile = ''] = process.argv.slice(2);
const tools = JSON.parse(readFileSync(toolsFile, 'utf8')) as Tool[];
const client = axios.create({
  baseURL: upstream,
  httpAgent: new Agent({ keepAlive: true }),
  headers: {
    Authorization: 'Basic YWxpY2U6c2VjcmV0',
    'OCS-APIRequest': 'true',
    Accept: 'application/json',
  },
});
const inputSchema = z.object({ note_id: z.int().describe('Id of the note') });

const handler = createMcpHandler(() => {
  const mcp = new McpServer({ name: 'bare', version: '1.0.0' });
  mcp.registerTool(
    'nc_notes_get_note',
    { title: 'Get note', description: 'Read one note with its text.', inputSchema },
    async ({ note_id: id }) => {
      const { data } = await client.get<Record<string, unknown>>(
        `/index.php/apps/notes/api/v1/notes/${id}`,
      );
      return { content: [{ type: 'text', text: JSON.stringify(data) }], structuredContent: data };
    },
  );
  mcp.server.setRequestHandler('tools/list', () => ({ tools }));
  return mcp;
});
const serve = toNodeHandler(handler);
const hostFits = localhostHostValidation();
const originFits = localhostOriginValidation();

const app = express();
app.use((request, response, next) => {
  if (hostFits(request, response) && originFits(request, response)) next();
});
app.use(express.json());
app.all('/mcp', (request, response) => void serve(request, response, request.body));
const listening = app.listen(0, '127.0.0.1', () => {
  process.send?.((listening.address() as AddressInfo).port);
});
