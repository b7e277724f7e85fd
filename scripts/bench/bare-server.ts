/* eslint-disable @typescript-eslint/no-deprecated -- the low-level `Server` is the one the gateway uses too */
import { Agent } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { Server, createMcpHandler } from '@modelcontextprotocol/server';
import type { Tool } from '@modelcontextprotocol/server';
import axios from 'axios';
import express from 'express';

/** What the SDK alone costs: one server whose one tool makes the same call, and which lists the same tools. */
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

const handler = createMcpHandler(() => {
  const server = new Server({ name: 'bare', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.setRequestHandler('tools/list', () => ({ tools }));
  server.setRequestHandler('tools/call', async () => {
    const { data } = await client.get<Record<string, unknown>>(
      '/index.php/apps/notes/api/v1/notes/1',
    );
    return { content: [{ type: 'text', text: JSON.stringify(data) }], structuredContent: data };
  });
  return server;
});
const serve = toNodeHandler(handler);
const app = express();
app.use(express.json());
app.all('/mcp', (request, response) => void serve(request, response, request.body));
const listening = app.listen(0, '127.0.0.1', () => {
  process.send?.((listening.address() as AddressInfo).port);
});
