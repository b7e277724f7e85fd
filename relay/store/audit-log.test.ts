import { expect } from 'chai';
import { RelayError } from '../errors.ts';
import type { AuditEvent, AuditFilter } from './audit-log.ts';
import { onEveryStore } from './testing/every-store.ts';
import { alice, bob } from './testing/people.ts';

const called: AuditEvent = {
  event: 'tool.called',
  outcome: 'ok',
  principal: alice,
  clientId: 'c-1',
  target: 'notes_get_note',
  correlationId: 'r-1',
};

onEveryStore('audit log', (bed) => {
  async function events(filter: AuditFilter): Promise<string[]> {
    const { entries } = await bed().store.audit.list(filter, { limit: 50 });
    return entries.map(({ event }) => event);
  }

  async function exported(filter: AuditFilter): Promise<string[]> {
    const lines: string[] = [];
    for await (const line of bed().store.audit.exportLines(filter)) lines.push(line);
    return lines;
  }

  it('tells who did what by which client, how it ended, and when', async () => {
    const { store, seconds } = bed();
    await store.audit.record(called);
    const { entries } = await store.audit.list({}, { limit: 10 });
    expect(entries).to.deep.equal([{ ...called, id: 1, at: seconds() }]);
    await store.audit.record({ event: 'token.refused', outcome: 'refused' });
    const [newest] = (await store.audit.list({}, { limit: 10 })).entries;
    expect(newest).to.deep.equal({
      event: 'token.refused',
      outcome: 'refused',
      id: 2,
      at: seconds(),
    });
  });

  it('keeps what is to be written soon in order, with the time it happened', async () => {
    const { store, seconds, advance } = bed();
    const began = seconds();
    const written = [store.audit.recordSoon(called)];
    advance(1);
    written.push(store.audit.recordSoon({ event: 'later', outcome: 'ok' }));
    const { entries } = await store.audit.list({}, { limit: 10 });
    expect(entries.map(({ event, at }) => [event, at - began])).to.deep.equal([
      ['later', 1],
      ['tool.called', 0],
    ]);
    void store.audit.recordSoon({ event: 'last', outcome: 'ok' });
    expect(await exported({})).to.have.length(3);
    await Promise.all(written);
  });

  it('is filtered by each of its columns', async () => {
    const { store, seconds, advance } = bed();
    await store.audit.record(called);
    advance(10);
    const other = { event: 'other', outcome: 'failed', principal: bob, clientId: 'c-2' } as const;
    await store.audit.record({ ...other, correlationId: 'r-2' });
    for (const filter of [
      { principal: bob },
      { event: 'other' },
      { outcome: 'failed' },
      { clientId: 'c-2' },
      { correlationId: 'r-2' },
      { since: seconds() },
    ] as const) {
      expect(await events(filter), JSON.stringify(filter)).to.deep.equal(['other']);
    }
    expect(await events({ until: seconds() })).to.deep.equal(['tool.called']);
    expect(await events({ principal: alice, clientId: 'c-2' })).to.deep.equal([]);
  });

  it('is read page by page, also while it grows', async () => {
    const { audit } = bed().store;
    for (let index = 0; index < 5; index += 1)
      await audit.record({ ...called, event: `e${index}` });
    const first = await audit.list({}, { limit: 2 });
    await audit.record({ ...called, event: 'late' });
    const second = await audit.list({}, { limit: 2, cursor: first.nextCursor });
    const third = await audit.list({}, { limit: 2, cursor: second.nextCursor });
    const names = [first, second, third].map(({ entries }) => entries.map(({ event }) => event));
    expect(names).to.deep.equal([['e4', 'e3'], ['e2', 'e1'], ['e0']]);
    expect(third).to.not.have.property('nextCursor');
    const refused = await audit.list({}, { limit: 2, cursor: "1' or 1" }).catch((e: unknown) => e);
    expect(refused).to.be.instanceOf(RelayError).with.property('code', 'invalid_argument');
  });

  it('is exported as lines of JSON, oldest first, more than one batch', async () => {
    const { audit } = bed().store;
    for (let index = 0; index < 501; index += 1) {
      await audit.record({ ...called, event: `e${index}` });
    }
    const lines = await exported({ principal: alice });
    expect(lines).to.have.length(501);
    expect(lines.every((line) => line.endsWith('}\n'))).to.equal(true);
    expect(JSON.parse(lines[0]!)).to.deep.equal({
      ...called,
      time: '2026-01-01T00:00:00.000Z',
      id: 1,
      event: 'e0',
    });
    expect(JSON.parse(lines[500]!).event).to.equal('e500');
    expect(await exported({ principal: bob })).to.deep.equal([]);
  });

  it('holds no control characters, no long texts, and nothing that looks like a token', async () => {
    const { audit } = bed().store;
    const target = `a\u0000b\nBearer abcdefghijklmnop ${'x'.repeat(500)}`;
    await audit.record({ ...called, target });
    const [line = ''] = await exported({});
    expect(line).to.not.contain('abcdefghijklmnop');
    expect(JSON.parse(line).target).to.match(/^a b Bearer \[hidden\] x{100,200}$/);
  });

  it('forgets what is older than asked for', async () => {
    const { store, advance } = bed();
    await store.audit.record({ ...called, event: 'old' });
    advance(30 * 86_400);
    await store.audit.record({ ...called, event: 'new' });
    expect((await store.sweep())['audit_log']).to.equal(0);
    expect((await store.sweep({ auditDays: 30 }))['audit_log']).to.equal(1);
    expect(await events({})).to.deep.equal(['new']);
  });

  it('is swept in batches until nothing is left', async () => {
    const { store, advance } = bed();
    for (let index = 0; index < 7; index += 1) await store.audit.record(called);
    advance(91 * 86_400);
    expect((await store.sweep({ batch: 3 }))['audit_log']).to.equal(7);
    expect(await events({})).to.deep.equal([]);
  });
});
