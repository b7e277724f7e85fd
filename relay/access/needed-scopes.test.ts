import { expect } from 'chai';
import { neededScopes } from './needed-scopes.ts';
import type { ScopeIndex } from './needed-scopes.ts';

const TOOLS = new Map([
  ['read', ['notes:read']],
  ['both', ['notes:read', 'files:write']],
  ['nc_call_tool', []],
]);
const INDEX: ScopeIndex = {
  tool: (name) => TOOLS.get(name),
  resource: (uri) => (uri.startsWith('nc://Deck/') ? ['deck:read'] : undefined),
  prompt: (name) => (name === 'plan' ? ['calendar:read'] : undefined),
};

const call = (name: unknown, args?: unknown) => ({
  method: 'tools/call',
  params: { name, arguments: args },
});
const needed = (body: unknown): string[] => [...neededScopes(body, INDEX)].sort();

describe('needed scopes', () => {
  for (const [what, body, scopes] of [
    ['a tool', call('read'), ['notes:read']],
    ['a tool of several', call('both'), ['files:write', 'notes:read']],
    ['an unknown tool', call('none'), []],
    [
      'a tool inside the meta tool',
      call('nc_call_tool', { name: 'both', arguments: {} }),
      ['files:write', 'notes:read'],
    ],
    [
      'a tool in a meta tool in a meta tool',
      call('nc_call_tool', { name: 'nc_call_tool', arguments: { name: 'read' } }),
      ['notes:read'],
    ],
    [
      'the same with arguments as JSON text',
      call('nc_call_tool', { name: 'nc_call_tool', arguments: '{"name":"read"}' }),
      ['notes:read'],
    ],
    ['a meta tool without a tool', call('nc_call_tool', 'no json'), []],
    [
      'a resource',
      { method: 'resources/read', params: { uri: 'nc://Deck/boards' } },
      ['deck:read'],
    ],
    [
      'a subscription',
      { method: 'resources/subscribe', params: { uri: 'nc://Deck/boards' } },
      ['deck:read'],
    ],
    [
      'a stream of changes',
      {
        method: 'subscriptions/listen',
        params: { notifications: { resourceSubscriptions: ['nc://Deck/boards'] } },
      },
      ['deck:read'],
    ],
    ['a prompt', { method: 'prompts/get', params: { name: 'plan' } }, ['calendar:read']],
    ['a list', { method: 'tools/list' }, []],
    [
      'a batch: all of it',
      [call('read'), { method: 'tools/list' }, call('both')],
      ['files:write', 'notes:read'],
    ],
    ['no JSON-RPC', 'tools/call', []],
    ['nothing', undefined, []],
    ['null', [null, { method: 'tools/call', params: null }], []],
  ] as const) {
    it(`of ${what}`, () => {
      expect(needed(body)).to.eql(scopes);
    });
  }
});
