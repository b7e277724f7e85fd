import { expect } from 'chai';
import { looksLike, shownName, skeleton } from './client-name.ts';

describe('names of clients', () => {
  it('are shown without what hides or turns text round', () => {
    expect(shownName('  My\u202Eevil\u2066 client\u0000\r\nline\u200B two ')).to.equal(
      'My evil client line two',
    );
    expect(shownName('Ｆｕｌｌ')).to.equal('Full');
    expect(shownName('🦊'.repeat(100))).to.equal('🦊'.repeat(60));
    for (const nothing of [undefined, 7, '', ' \u200b\u202e ']) {
      expect(shownName(nothing)).to.equal(undefined);
    }
  });

  it('have the same skeleton when they look the same', () => {
    const alike: [string, string][] = [
      ['Claude', 'СLАUDЕ'],
      ['Claude', 'CIaude'],
      ['Claude', 'C l a u d é'],
      ['Notes', 'n0te5'],
      ['Cursor', 'Cυrsοr'],
      ['Gemini', 'Gernini'],
      ['Claude', 'ᴄʟᴀᴜᴅᴇ'],
      ['Claude', 'ꓚꓡꓮꓴꓓꓰ'],
      ['Cursor', 'ϲսrsօr'],
      ['Copilot', 'Ꮯøᴘіłᴏŧ'],
      ['Gemini', 'ᏀᎬᎷᎥɴᎥ'],
    ];
    for (const [one, other] of alike) expect(skeleton(one), other).to.equal(skeleton(other));
    expect(skeleton('Notes')).not.to.equal(skeleton('Nodes'));
  });

  const from = (name: string, host?: string) => ({ id: 'this', name, host });

  it('warn of a client that was allowed before under a name like this, from elsewhere', () => {
    const allowed = [{ id: 'other', name: 'Team notes', host: 'team.example' }];
    expect(looksLike(from('Tеam notеs', 'team.example'), allowed), 'misspelt').to.equal(
      'Team notes',
    );
    expect(looksLike(from('Team notes', 'evil.example'), allowed)).to.equal('Team notes');
    expect(looksLike(from('Team notes'), allowed)).to.equal('Team notes');
    expect(looksLike(from('Team notes', 'team.example'), allowed), 'anew').to.equal(undefined);
    expect(looksLike(from('Another', 'evil.example'), allowed)).to.equal(undefined);
    const itself = [{ id: 'this', name: 'Team notes', host: undefined }];
    expect(looksLike(from('Team notes', 'team.example'), itself)).to.equal(undefined);
    const atHome = [{ id: 'other', name: 'Team notes', host: undefined }];
    expect(looksLike(from('Team notes'), atHome), 'a second computer').to.equal(undefined);
  });

  it('warn of well-known names from elsewhere', () => {
    expect(looksLike(from('ChatGPT', 'evil.example'), [])).to.equal('ChatGPT');
    expect(looksLike(from('ChatGPT', 'chatgpt.com.evil.example'), [])).to.equal('ChatGPT');
    expect(looksLike(from('ChatGPT', 'notchatgpt.com'), [])).to.equal('ChatGPT');
    expect(looksLike(from('ChatGPT', 'chatgpt.com'), [])).to.equal(undefined);
    expect(looksLike(from('Claude', 'api.claude.ai'), [])).to.equal(undefined);
    expect(looksLike(from('Claude'), []), 'on the computer').to.equal(undefined);
    expect(looksLike(from('CIaude'), []), 'on the computer, misspelt').to.equal('Claude');
    expect(looksLike(from('Nextcloud'), [])).to.equal('Nextcloud');
  });
});
