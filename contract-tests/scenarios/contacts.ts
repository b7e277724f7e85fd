import { expect } from 'chai';
import { scenario } from '../scenario.ts';
import type { Actor, Answer } from '../scenario.ts';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Runs a story in an address book of its own. */
async function inBook(
  alice: Actor,
  name: string,
  story: (addressbook: string) => Promise<void>,
): Promise<void> {
  await alice.call('nc_contacts_create_addressbook', {
    name,
    display_name: `Contract <&> ${name}`,
  });
  try {
    await story(name);
  } finally {
    await alice.call('nc_contacts_delete_addressbook', { name });
  }
}

scenario('contacts: a contact with every field', { app: 'dav' }, async (alice) => {
  await inBook(alice, 'contract-fields', async (addressbook) => {
    const made = await alice.call('nc_contacts_create_contact', {
      addressbook,
      uid: 'contract-ada',
      contact_data: {
        fn: 'Ada Quince; née Apple',
        name: { family: 'Quince', given: 'Ada', prefix: 'Dr.' },
        nickname: ['Addie', 'Q, the one'],
        email: [
          { value: 'ada@example.org', type: 'work', preferred: true },
          { value: 'ada@example.com', type: 'home' },
        ],
        tel: { value: '+49 170 1234567', type: ['cell', 'voice'], label: 'Garden; shed' },
        address: {
          street: '1, Main Street',
          city: 'Köln',
          postal_code: '50667',
          country: 'Germany',
        },
        url: 'https://example.org/a,b;c',
        impp: 'xmpp:ada@example.org',
        social: { value: 'https://social.example/@ada', type: 'mastodon' },
        org: ['Orchard, Ltd.', 'R&D'],
        title: 'Chief gardener',
        role: 'Tree; care',
        note: 'Line one\nLine two, with \\ and ; and 🌳',
        bday: '1985-04-12',
        anniversary: '--06-30',
        categories: ['Friends', 'Fruit, all'],
        gender: 'female',
        timezone: 'Europe/Berlin',
        geo: '50.94, 6.96',
        related: { value: 'urn:uuid:some-one', type: 'friend' },
        lang: 'de',
      },
    });
    const read = await alice.call('nc_contacts_get_contact', {
      addressbook,
      uid: 'contract-ada',
      raw: true,
    });
    expect(read.etag).to.equal(made.etag);
    expect(read.contact).to.deep.equal({
      version: '4.0',
      fullname: 'Ada Quince; née Apple',
      name: { family: 'Quince', given: 'Ada', prefix: 'Dr.' },
      nickname: ['Addie', 'Q, the one'],
      birthday: '1985-04-12',
      anniversary: '--06-30',
      gender: 'F',
      email: [
        { value: 'ada@example.org', types: ['work'], preferred: true },
        { value: 'ada@example.com', types: ['home'] },
      ],
      phone: [{ value: '+49 170 1234567', types: ['cell', 'voice'], label: 'Garden; shed' }],
      address: [
        { street: '1, Main Street', city: 'Köln', postal_code: '50667', country: 'Germany' },
      ],
      url: [{ value: 'https://example.org/a,b;c' }],
      impp: [{ value: 'xmpp:ada@example.org' }],
      social: [{ value: 'https://social.example/@ada', types: ['mastodon'] }],
      org: ['Orchard, Ltd.', 'R&D'],
      title: 'Chief gardener',
      role: 'Tree; care',
      note: 'Line one\nLine two, with \\ and ; and 🌳',
      categories: ['Friends', 'Fruit, all'],
      related: [{ value: 'urn:uuid:some-one', types: ['friend'] }],
      language: [{ value: 'de' }],
      timezone: 'Europe/Berlin',
      geo: '50.94,6.96',
      has_photo: false,
    });

    const changed = await alice.call('nc_contacts_update_contact', {
      addressbook,
      uid: 'contract-ada',
      etag: `"${read.etag}"`,
      contact_data: { email: 'ada@quince.example', note: '', anniversary: null },
    });
    expect(changed.changed).to.equal(true);
    expect(changed.contact.email[0]).to.deep.equal({
      value: 'ada@quince.example',
      types: ['work'],
      preferred: true,
    });
    const { note: _note, anniversary: _day, email, ...before } = read.contact;
    const { email: emailNow, ...after } = changed.contact;
    expect(after).to.deep.equal(before);
    expect(emailNow[1]).to.deep.equal(email[1]);

    // the lines nobody asked to change are the same bytes in the same order
    const raw = await alice.call('nc_contacts_get_contact', {
      addressbook,
      uid: 'contract-ada',
      raw: true,
    });
    const lines = (card: string): string[] =>
      card
        .replace(/\r?\n /g, '')
        .split(/\r?\n/)
        .filter((line) => !/^(?:NOTE|ANNIVERSARY|EMAIL)/.test(line));
    expect(lines(raw.addressdata)).to.deep.equal(lines(read.addressdata));

    const same = await alice.call('nc_contacts_update_contact', {
      addressbook,
      uid: 'contract-ada',
      contact_data: { org: ['Orchard, Ltd.', 'R&D'] },
    });
    expect(same).to.include({ changed: false, etag: changed.etag });
    await alice.call('nc_contacts_delete_contact', { addressbook, uid: 'contract-ada' });
    expect(
      await alice.refused('nc_contacts_get_contact', { addressbook, uid: 'contract-ada' }),
    ).to.contain('has no contact');
  });
});

scenario(
  'contacts: an outdated reading, a second of the same UID, nobody at all',
  { app: 'dav' },
  async (alice) => {
    await inBook(alice, 'contract-conflicts', async (addressbook) => {
      const ben = { addressbook, uid: 'contract-ben' };
      const { etag } = await alice.call('nc_contacts_create_contact', {
        ...ben,
        contact_data: { fn: 'Ben', email: 'ben@example.org' },
      });
      const again = await alice.refused('nc_contacts_create_contact', {
        ...ben,
        contact_data: { fn: 'Ben' },
      });
      expect(again).to.contain('already_exists');

      const { etag: newer } = await alice.call('nc_contacts_update_contact', {
        ...ben,
        contact_data: { title: 'Baker' },
      });
      const refusal = JSON.parse(
        await alice.refused('nc_contacts_update_contact', {
          ...ben,
          etag,
          contact_data: { title: 'Miller' },
        }),
      ) as Answer;
      expect(refusal.code).to.equal('conflict');
      expect(refusal.details.differs_from_yours).to.deep.equal(['title']);
      expect(refusal.details.current).to.deep.include({ etag: newer });
      expect(refusal.details.current.contact.title).to.equal('Baker');
      expect(await alice.refused('nc_contacts_delete_contact', { ...ben, etag })).to.contain(
        'conflict',
      );

      await alice.call('nc_contacts_delete_contact', { ...ben, etag: newer });
      for (const [tool, args] of [
        ['nc_contacts_delete_contact', ben],
        ['nc_contacts_update_contact', { ...ben, contact_data: { fn: 'Ben' } }],
        ['nc_contacts_get_photo', ben],
      ] as const)
        expect(await alice.refused(tool, args)).to.contain('not_found');
      expect(
        await alice.refused('nc_contacts_update_contact', { ...ben, contact_data: { fone: '1' } }),
      ).to.contain('fone');
      expect(
        await alice.refused('nc_contacts_create_contact', {
          ...ben,
          contact_data: { email: 'x@example.org' },
        }),
      ).to.contain('fn');
    });
    const nowhere = { addressbook: 'contract-nowhere' };
    for (const [tool, args] of [
      ['nc_contacts_list_contacts', nowhere],
      ['nc_contacts_delete_contact', { ...nowhere, uid: 'x' }],
      ['nc_contacts_create_contact', { ...nowhere, uid: 'x', contact_data: { fn: 'X' } }],
      ['nc_contacts_delete_addressbook', { name: 'contract-nowhere' }],
      ['nc_contacts_update_addressbook', { name: 'contract-nowhere', display_name: 'X' }],
    ] as const)
      expect(await alice.refused(tool, args)).to.contain('There is no address book');
  },
);

scenario('contacts: UIDs that are no file names', { app: 'dav' }, async (alice) => {
  await inBook(alice, 'contract odd+names&ü', async (addressbook) => {
    const odd = ['urn:uuid:a/b', 'Søren & 100% #1', '..', "o'neil;x,y"];
    for (const [at, uid] of odd.entries()) {
      const made = await alice.call('nc_contacts_create_contact', {
        addressbook,
        uid,
        contact_data: { fn: `Odd ${String(at)}` },
      });
      expect(made.vcard_id).not.to.equal(uid);
      const changed = await alice.call('nc_contacts_update_contact', {
        addressbook,
        uid,
        contact_data: { title: 'Found' },
      });
      expect(changed).to.include({ uid, vcard_id: made.vcard_id });
      if (!/^\.|\//.test(uid)) {
        const path = `${encodeURIComponent(addressbook)}/${encodeURIComponent(uid)}`;
        const resource = await alice.read(`nc://Contacts/${path}`);
        expect(resource.mimeType).to.equal('text/vcard');
        expect(resource.text).to.contain(`FN:Odd ${String(at)}\r\n`);
      }
      // by its file name too
      const byFile = await alice.call('nc_contacts_get_contact', {
        addressbook,
        uid: made.vcard_id,
      });
      expect(byFile).to.include({ uid });
    }
    const again = { addressbook, uid: odd[1], contact_data: { fn: 'Second' } };
    expect(await alice.refused('nc_contacts_create_contact', again)).to.contain('already_exists');
    await alice.call('nc_contacts_delete_contact', { addressbook, uid: odd[0] });
    const { contacts } = await alice.call('nc_contacts_list_contacts', { addressbook });
    expect(contacts.map(({ uid }: Answer) => uid)).to.have.members(odd.slice(1));
  });
});

scenario('contacts: pages and search', { app: 'dav' }, async (alice) => {
  await inBook(alice, 'contract-pages', async (addressbook) => {
    const people = [
      { fn: 'Zoë Zwetschge', tel: '+49 (170) 555 12 34', email: 'zoe@example.org' },
      {
        fn: 'Yves 100%_plum',
        org: ['Plum & Söhne "GmbH" <x>'],
        note: 'likes quinces, and jam',
        address: { street: 'Am Hang 1', postal_code: '12345' },
      },
      {
        fn: 'Xaver Ölmüller',
        bday: '--02-29',
        categories: ['Contract group'],
        tel: '0170 55 5 9 8 76',
      },
    ];
    for (const [at, contact_data] of people.entries())
      await alice.call('nc_contacts_create_contact', {
        addressbook,
        uid: `contract-p${String(at)}`,
        contact_data,
      });

    const first = await alice.call('nc_contacts_list_contacts', { addressbook, limit: 2 });
    expect(first).to.include({ total_count: 3, next_cursor: '2' });
    expect(first.contacts[0]).not.to.have.property('addressdata');
    const rest = await alice.call('nc_contacts_list_contacts', {
      addressbook,
      limit: 2,
      cursor: '2',
    });
    expect(rest).not.to.have.property('next_cursor');
    const listed = [...first.contacts, ...rest.contacts].map(
      ({ contact }: Answer) => contact.fullname,
    );
    expect(listed).to.have.members(people.map(({ fn }) => fn));
    const full = await alice.call('nc_contacts_list_contacts', {
      addressbook,
      detail: 'full',
      limit: 1,
    });
    expect(full.contacts[0].addressdata).to.match(/^BEGIN:VCARD\r\nVERSION:4\.0\r\n/);

    const find = async (query: string): Promise<string[]> =>
      (await alice.call('nc_contacts_search_contacts', { query, addressbook })).contacts.map(
        ({ uid }: Answer) => uid,
      );
    expect(await find('ZOË')).to.deep.equal(['contract-p0']);
    expect(await find('0170 5551234')).to.deep.equal(['contract-p0']);
    expect(await find('+49 170 5559876')).to.deep.equal(['contract-p2']);
    expect(await find('12345')).to.deep.equal(['contract-p1']);
    expect(await find('jam quinces')).to.deep.equal(['contract-p1']);
    expect(await find('söhne "gmbh" <x>')).to.deep.equal(['contract-p1']);
    expect(await find('%_plum')).to.deep.equal(['contract-p1']);
    expect(await find('ölmüller')).to.deep.equal(['contract-p2']);
    expect(await find('nobody-at-all')).to.deep.equal([]);
    const everywhere = await alice.call('nc_contacts_search_contacts', { query: 'zwetschge' });
    expect(everywhere.contacts).to.have.lengthOf(1);
    expect(everywhere.contacts[0]).to.include({ addressbook, uid: 'contract-p0' });
    expect(
      (await alice.call('nc_contacts_get_contact', { addressbook, uid: 'contract-p2' })).contact
        .birthday,
    ).to.equal('--02-29');
    expect(
      await alice.refused('nc_contacts_list_contacts', { addressbook, cursor: 'x' }),
    ).to.contain('cursor');
  });
});

scenario('contacts: address books, sharing, moving', { app: 'dav' }, async (alice) => {
  await inBook(alice, 'contract-books', async (name) => {
    expect(
      await alice.refused('nc_contacts_create_addressbook', { name, display_name: 'Again' }),
    ).to.contain('already_exists');
    await alice.call('nc_contacts_update_addressbook', {
      name,
      display_name: 'Orchard & <friends> "ü"',
      description: 'People; of the, orchard',
    });
    const book = async (): Promise<Answer> => {
      const { addressbooks } = await alice.call('nc_contacts_list_addressbooks');
      return addressbooks.find((one: Answer) => one.name === name);
    };
    const { getctag, ...named } = await book();
    expect(named).to.deep.equal({
      name,
      display_name: 'Orchard & <friends> "ü"',
      description: 'People; of the, orchard',
    });
    expect(getctag).to.be.a('string').that.is.not.empty;

    await alice.call('nc_contacts_create_contact', {
      addressbook: name,
      uid: 'contract-mover',
      contact_data: { fn: 'Mo Ver', tel: '1' },
    });
    expect((await book()).getctag).not.to.equal(getctag);

    const shared = await alice.call('nc_contacts_share_addressbook', {
      addressbook: name,
      share_with: 'bob',
      writable: true,
    });
    expect(shared.shared_with).to.have.lengthOf(1);
    expect(shared.shared_with[0]).to.include({
      share_with: 'bob',
      share_type: 'user',
      writable: true,
    });
    expect(
      await alice.refused('nc_contacts_share_addressbook', {
        addressbook: name,
        share_with: 'no such person',
      }),
    ).to.contain('did not make');
    const ended = await alice.call('nc_contacts_share_addressbook', {
      addressbook: name,
      share_with: 'bob',
      remove: true,
    });
    expect(ended.shared_with).to.deep.equal([]);

    const move = { addressbook: name, uid: 'contract-mover', target_addressbook: 'contacts' };
    expect(
      await alice.refused('nc_contacts_move_contact', {
        ...move,
        target_addressbook: 'contract-nowhere',
      }),
    ).to.contain('There is no address book');
    expect(await alice.call('nc_contacts_move_contact', move)).to.include({
      addressbook: 'contacts',
    });
    const moved = await alice.call('nc_contacts_get_contact', {
      addressbook: 'contacts',
      uid: 'contract-mover',
    });
    expect(moved.contact.phone).to.deep.equal([{ value: '1' }]);
    await alice.call('nc_contacts_delete_contact', {
      addressbook: 'contacts',
      uid: 'contract-mover',
    });
  });
});

scenario('contacts: groups and photos', { app: 'dav' }, async (alice) => {
  await inBook(alice, 'contract-groups', async (addressbook) => {
    for (const uid of ['contract-g1', 'contract-g2'])
      await alice.call('nc_contacts_create_contact', {
        addressbook,
        uid,
        contact_data: { fn: uid, categories: ['Old, one'] },
      });
    const put = await alice.call('nc_contacts_change_group', {
      addressbook,
      group: 'Choir',
      uids: ['contract-g1', 'contract-g2', 'contract-g3'],
    });
    expect(put).to.include({ changed: 2, failed: 1 });
    expect(put.results[2]).to.include({ uid: 'contract-g3', error: 'not_found' });
    await alice.call('nc_contacts_change_group', {
      addressbook,
      group: 'Old, one',
      uids: ['contract-g2'],
      action: 'remove',
    });
    const { groups } = await alice.call('nc_contacts_list_groups', { addressbook });
    expect(groups).to.deep.equal([
      { group: 'Choir', addressbook, contacts: 2 },
      { group: 'Old, one', addressbook, contacts: 1 },
    ]);
    const all = await alice.call('nc_contacts_list_groups');
    expect(all.groups).to.deep.include({ group: 'Choir', addressbook, contacts: 2 });

    const g1 = { addressbook, uid: 'contract-g1' };
    expect(await alice.refused('nc_contacts_get_photo', g1)).to.contain('has no photo');
    const set = await alice.call('nc_contacts_set_photo', { ...g1, content_base64: PNG });
    expect(set).to.include({ has_photo: true, changed: true });
    expect((await alice.call('nc_contacts_get_contact', g1)).contact).to.include({
      has_photo: true,
      photo_type: 'image/png',
    });
    const size = Buffer.from(PNG, 'base64').length;
    expect(await alice.call('nc_contacts_get_photo', g1)).to.include({
      media_type: 'image/png',
      size,
    });
    expect(await alice.call('nc_contacts_get_photo', { ...g1, size: 32 })).to.include({
      media_type: 'image/png',
    });
    expect(
      await alice.refused('nc_contacts_set_photo', { ...g1, content_base64: 'aGVsbG8=' }),
    ).to.contain('neither PNG');
    const gone = await alice.call('nc_contacts_set_photo', {
      ...g1,
      content_base64: '',
      etag: set.etag,
    });
    expect(gone.has_photo).to.equal(false);
    expect(await alice.refused('nc_contacts_get_photo', g1)).to.contain('has no photo');
  });
});
