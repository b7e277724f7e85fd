import { expect } from 'chai';
import { RelayError } from '../../errors.ts';
import { answering, failure } from '../../testing/answering-nextcloud.ts';
import { appendContent } from './append-content.ts';
import { getAttachment } from './get-attachment.ts';
import { searchNotes } from './search-notes.ts';

const outdated = (): never => {
  throw new RelayError('conflict', 'It was changed meanwhile.', { status: 412 });
};
const missing = (): never => {
  throw new RelayError('not_found', 'Not found.', { status: 404 });
};

describe('nc_notes_append_content', () => {
  const server = (refusals: number) => {
    let version = 0;
    let content = 'one';
    return answering(({ key, args, headers }) => {
      if (key === 'notes.get-note') {
        return { data: { id: 5, title: 'T', content, etag: `e${String(version)}` } };
      }
      if (version < refusals) {
        version += 1;
        content = `${content}+`;
        outdated();
      }
      expect(headers['If-Match']).to.equal(`"e${String(version)}"`);
      return { data: { id: 5, title: 'T', content: args['content'], etag: 'new' } };
    });
  };

  it('adds to what someone else wrote meanwhile', async () => {
    const { context: where, sent } = server(1);
    const { data } = await appendContent.run({ note_id: 5, content: 'two' }, where);
    expect(data).to.include({ id: 5, etag: 'new' });
    expect(sent.at(-1)?.args).to.deep.equal({ id: 5, content: 'one+\n---\ntwo' });
  });

  it('gives up on a note that keeps changing, and says that trying later may help', async () => {
    const { context: where, sent } = server(99);
    const error = await failure(appendContent, { note_id: 5, content: 'two' }, where);
    expect(error.message).to.contain('has been modified by someone else');
    expect(error.retryable).to.equal(true);
    expect(sent).to.have.length(6);
  });

  it('does not overwrite a note whose text could not be read', async () => {
    const { context: where, sent } = answering(() => ({
      data: { id: 5, title: 'T', content: 'cannot decrypt', error: true, etag: 'e' },
    }));
    expect((await failure(appendContent, { note_id: 5, content: 'x' }, where)).code).to.equal(
      'refused',
    );
    expect(sent.map(({ key }) => key)).to.deep.equal(['notes.get-note']);
  });
});

describe('nc_notes_search_notes', () => {
  const first = { id: 1, title: 'Plums', category: '', content: 'Ripe in ÄRGER.', modified: 10 };
  const second = { id: 2, title: 'Other', category: '', content: 'nothing', modified: 20 };

  it('reads the texts in chunks when the server finds nothing, each note once', async () => {
    const { context: where, sent } = answering(({ key, args }) => {
      if (key === 'core.unified_search-search') return { data: { entries: [] } };
      return args['chunkCursor'] === undefined
        ? { data: [first], headers: { 'x-notes-chunk-cursor': 'next' } }
        : { data: [second, first, { id: 1 }, { id: 2 }] };
    });
    const { data } = await searchNotes.run({ query: 'ärger' }, where);
    expect(data).to.deep.include({ total_found: 1, query: 'ärger' });
    expect(data['results']).to.deep.equal([
      {
        id: 1,
        title: 'Plums',
        category: '',
        modified: '1970-01-01T00:00:10Z',
        favorite: false,
        url: 'https://cloud.example.org/index.php/apps/notes/note/1',
        score: 1,
        excerpt: 'Ripe in ÄRGER.',
      },
    ]);
    expect(sent.slice(1).map(({ args }) => args['chunkCursor'])).to.deep.equal([undefined, 'next']);
  });

  it('works on a server without search for notes', async () => {
    const { context: where } = answering(({ key }) =>
      key === 'core.unified_search-search' ? missing() : { data: [first, second] },
    );
    const { data } = await searchNotes.run({ query: 'plums' }, where);
    expect(data['total_found']).to.equal(1);
  });

  it('does not take another failure of the search for an empty result', async () => {
    const { context: where } = answering(() => {
      throw new RelayError('unavailable', 'Down.', { status: 503 });
    });
    expect((await failure(searchNotes, { query: 'plums' }, where)).code).to.equal('unavailable');
  });

  it('says so when there are more notes than it reads', async () => {
    const many = Array.from({ length: 3001 }, (_, id) => ({ ...second, id: id + 1 }));
    const { context: where } = answering(({ key }) =>
      key === 'core.unified_search-search' ? { data: { entries: [] } } : { data: many },
    );
    const { data } = await searchNotes.run({ query: 'nothing' }, where);
    expect(data['incomplete']).to.contain('3000');
    expect(data['total_found']).to.equal(3000);
  });

  it('refuses a cursor it never gave', async () => {
    const { context: where, sent } = answering(missing);
    expect((await failure(searchNotes, { query: '', cursor: '7' }, where)).code).to.equal(
      'invalid_argument',
    );
    expect(sent).to.deep.equal([]);
  });
});

describe('nc_notes_get_attachment', () => {
  const bytes = Uint8Array.from([0xff, 0xfe, 0x00]);

  it('looks beside the note and then where the editor keeps pictures', async () => {
    const { context: where, sent } = answering(({ args }) =>
      args['path'] === '.attachments.5/my plan.bin'
        ? { data: { bytes, mediaType: 'application/octet-stream' } }
        : missing(),
    );
    const { data } = await getAttachment.run(
      { note_id: 5, attachment_filename: 'my%20plan.bin' },
      where,
    );
    expect(data).to.include({ data: '//4A', size: 3 });
    expect(sent.map(({ args }) => args['path'])).to.deep.equal([
      'my plan.bin',
      '.attachments.5/my plan.bin',
    ]);
  });

  it('gives a text that is not UTF-8 as base64', async () => {
    const { context: where } = answering(() => ({
      data: { bytes, mediaType: 'text/plain; charset=latin1' },
    }));
    const { data } = await getAttachment.run({ note_id: 5, attachment_filename: 'a.txt' }, where);
    expect(data).to.include({ mimeType: 'text/plain', data: '//4A' }).and.not.have.property('text');
  });

  it('refuses a file too large to pass on', async () => {
    const { context: where } = answering(() => ({
      data: { bytes: new Uint8Array(8 * 1024 * 1024 + 1), mediaType: 'image/png' },
    }));
    const error = await failure(getAttachment, { note_id: 5, attachment_filename: 'a.png' }, where);
    expect(error.code).to.equal('too_large');
  });
});
