import { expect } from 'chai';
import {
  canonicalScope,
  grantedScopes,
  missingScopes,
  scopesSupported,
  scopesToAskFor,
  spelled,
} from './scopes.ts';

const granted = (scope: unknown, ...prefixes: string[]): string[] => [
  ...grantedScopes({ scope }, prefixes),
];

describe('scopes', () => {
  it('have one spelling inside', () => {
    expect(canonicalScope('notes.read')).to.equal('notes:read');
    expect(canonicalScope('notes:read')).to.equal('notes:read');
    expect(
      canonicalScope('https://mcp.example.org/notes.read', ['https://mcp.example.org']),
    ).to.equal('notes:read');
    expect(
      canonicalScope('https://other.example/notes.read', ['https://mcp.example.org']),
    ).to.equal('https://other.example/notes.read');
    expect(canonicalScope('https://mcp.example.org/', ['https://mcp.example.org'])).to.equal(
      'https://mcp.example.org/',
    );
    expect(canonicalScope('a.b.c')).to.equal('a.b.c');
  });

  it('are read from scope or scp, text or list; anything else grants nothing', () => {
    expect(granted('notes:read  deck.write')).to.eql(['notes:read', 'deck:write']);
    expect(granted(['notes:read', 7, 'deck'])).to.eql(['notes:read', 'deck']);
    expect([...grantedScopes({ scp: ['notes.read'] })]).to.eql(['notes:read']);
    expect(granted({ 'notes:read': true })).to.eql([]);
    expect(granted(undefined)).to.eql([]);
  });

  it('that could break out of a header are dropped', () => {
    expect(granted('a"b c\\d é ok')).to.eql(['ok']);
  });

  it('R8: a broad scope covers its parts; write does not cover read; nothing else covers anything', () => {
    const missing = (have: string, ...need: string[]) => missingScopes(need, new Set([have]));
    expect(missing('notes', 'notes:read', 'notes:write')).to.eql([]);
    expect(missing('notes:write', 'notes:read')).to.eql(['notes:read']);
    expect(missing('notes:read', 'notes:write')).to.eql(['notes:write']);
    expect(missing('note', 'notes:read')).to.eql(['notes:read']);
    expect(missing('notes:*', 'notes:read')).to.eql(['notes:read']);
    expect(missing('*', 'notes:read', 'notes:read')).to.eql(['notes:read']);
    expect(missing('x')).to.eql([]);
  });

  it('are asked for all at once, with what is there already, never offline access', () => {
    expect(scopesToAskFor(['b:read', 'a:read'], ['c', 'a:read', 'offline_access'])).to.eql([
      'a:read',
      'b:read',
      'c',
    ]);
  });

  it('supported are those that something needs', () => {
    expect(
      scopesSupported([{ scopes: ['b:read'] }, { scopes: ['a:read', 'b:read'] }, { scopes: [] }]),
    ).to.eql(['a:read', 'b:read']);
  });

  it('are spelled for the provider', () => {
    expect(spelled(['notes:read', 'notes', 'openid'], 'dot')).to.eql([
      'notes.read',
      'notes',
      'openid',
    ]);
    expect(spelled(['notes:read'], 'colon')).to.eql(['notes:read']);
  });
});
