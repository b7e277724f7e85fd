import { expect } from 'chai';
import type { Tool } from '../tools/tool.ts';
import { missingScopes, select } from './select.ts';
import type { SelectionInput } from './select.ts';

function tool(name: string, about: Partial<Tool> = {}): Tool {
  return {
    name,
    title: name,
    description: name,
    app: 'notes',
    toolset: 'notes',
    scopes: ['notes:read'],
    effect: 'read',
    openWorld: false,
    inputSchema: { type: 'object' },
    run: () => Promise.reject(new Error('must not run')),
    ...about,
  };
}

const TOOLS = [
  tool('get_note'),
  tool('create_note', { effect: 'add', scopes: ['notes:write'] }),
  tool('list_users', { app: 'provisioning_api', toolset: 'admin', scopes: ['admin:read'] }),
  tool('status', { app: undefined, toolset: 'server', scopes: [] }),
  tool('boards', { app: 'deck', toolset: 'deck', scopes: ['deck:read'] }),
];

const EVERYTHING: SelectionInput = {
  toolsets: { all: true, named: new Set() },
  readOnly: false,
  scopes: 'unrestricted',
  presentApps: new Set(['notes', 'provisioning_api', 'deck']),
};

function names(input: Partial<SelectionInput>): string[] {
  return [...select(TOOLS, { ...EVERYTHING, ...input }).allowed.keys()];
}

describe('select', () => {
  it('never offers administration unless it is named, not even with all', () => {
    expect(names({})).to.eql(['get_note', 'create_note', 'status', 'boards']);
    expect(names({ toolsets: { all: true, named: new Set(['admin']) } })).to.include('list_users');
  });

  it('offers named toolsets only', () => {
    expect(names({ toolsets: { all: false, named: new Set(['deck']) } })).to.eql(['boards']);
  });

  it('offers nothing that changes data when read-only', () => {
    expect(names({ readOnly: true })).to.eql(['get_note', 'status', 'boards']);
  });

  it('needs every scope of a tool; a broad scope covers its parts', () => {
    expect(names({ scopes: new Set(['notes:read']) })).to.eql(['get_note', 'status']);
    expect(names({ scopes: new Set(['notes']) })).to.eql(['get_note', 'create_note', 'status']);
    expect(names({ scopes: new Set() })).to.eql(['status']);
    expect(missingScopes(['a:read', 'b:write'], new Set(['a:read']))).to.eql(['b:write']);
  });

  it('offers nothing of an app that is missing, and nothing of any app when that is not known', () => {
    expect(names({ presentApps: new Set(['deck']) })).to.eql(['status', 'boards']);
    expect(names({ presentApps: undefined })).to.eql(['status']);
  });

  it('knows why a tool is not there', () => {
    const { refused } = select(TOOLS, {
      ...EVERYTHING,
      readOnly: true,
      presentApps: new Set(['notes']),
    });
    expect(refused.get('create_note')).to.eql({ reason: 'read-only' });
    expect(refused.get('boards')).to.eql({ reason: 'app', app: 'deck' });
    expect(refused.get('list_users')).to.eql({ reason: 'toolset', toolset: 'admin' });
  });
});
