/** What a scope means to a person. */
export interface ScopeWords {
  /** The app or area, as a heading. */
  readonly title: string;
  /** What whoever has the scope may do. */
  readonly sentence: string;
  readonly writes: boolean;
}

interface AreaWords {
  readonly title: string;
  readonly read: string;
  readonly write?: string;
}

/** By the part before the colon. Read and write are told apart: none covers the other. */
const AREAS: Readonly<Record<string, AreaWords>> = {
  files: {
    title: 'Files',
    read: 'See your files and folders, read and download them, also older versions and the bin',
    write: 'Create, change, move and delete files and folders',
  },
  sharing: {
    title: 'Shares',
    read: 'See what you share and what others share with you',
    write: 'Share your files with people or by public link, and change or end shares',
  },
  notes: {
    title: 'Notes',
    read: 'Read and search your notes',
    write: 'Create, change and delete notes',
  },
  calendar: {
    title: 'Calendar',
    read: 'See your calendars, events and free times',
    write: 'Create, change and delete events, invite people and answer invitations in your name',
  },
  todo: {
    title: 'Tasks',
    read: 'See your tasks',
    write: 'Create, change, complete and delete tasks',
  },
  contacts: {
    title: 'Contacts',
    read: 'See your address books and contacts',
    write: 'Create, change and delete contacts and address books',
  },
  deck: {
    title: 'Deck',
    read: 'See your boards, lists and cards',
    write: 'Create, change, move and delete boards, lists and cards',
  },
  tables: {
    title: 'Tables',
    read: 'See your tables and read their rows',
    write: 'Create, change and delete tables, columns and rows',
  },
  cookbook: {
    title: 'Cookbook',
    read: 'Read your recipes',
    write: 'Create, import, change and delete recipes',
  },
  talk: {
    title: 'Talk',
    read: 'See your conversations and read their messages',
    write: 'Send messages in your name, and create, change and leave conversations',
  },
  collectives: {
    title: 'Collectives',
    read: 'Read the pages of your collectives',
    write: 'Create, change and delete pages and collectives',
  },
  forms: {
    title: 'Forms',
    read: 'See your forms and the answers to them',
    write: 'Create, change and delete forms, and delete answers',
  },
  polls: {
    title: 'Polls',
    read: 'See polls, their options and comments',
    write: 'Vote and comment in your name, and create, change and close polls',
  },
  notifications: {
    title: 'Notifications',
    read: 'See your notifications',
    write: 'Dismiss notifications and set how you are notified',
  },
  status: {
    title: 'User status',
    read: 'See your status and that of others',
    write: 'Set and clear your status',
  },
  search: {
    title: 'Search',
    read: 'Search all your apps at once and look up what links point to',
  },
  dashboard: {
    title: 'Dashboard',
    read: 'See what your dashboard shows',
  },
  weather: {
    title: 'Weather',
    read: 'See the weather at the place you set',
    write: 'Set the place and your favourite places',
  },
  user: {
    title: 'Your profile',
    read: 'See your profile and settings, and find other people here',
    write: 'Change your profile, who may see it, and the look of your Nextcloud',
  },
  assistant: {
    title: 'Assistant',
    read: 'See your chats with the assistant and what it made for you',
    write: 'Chat with the assistant in your name, and delete chats',
  },
  ai: {
    title: 'AI tasks',
    read: 'See your AI tasks and their results',
    write: 'Start, cancel and delete AI tasks',
  },
  terms: {
    title: 'Terms of service',
    read: 'Read the terms of service',
    write: 'Accept the terms of service in your name',
  },
  workflows: {
    title: 'Automatic flows',
    read: 'See your automatic flows',
    write: 'Create, change and delete automatic flows',
  },
  groupfolders: {
    title: 'Team folders',
    read: 'See team folders and who has access',
    write: 'Create, rename and delete team folders, and decide who has access',
  },
  admin: {
    title: 'Administration',
    read: 'See users, groups, apps and settings of the whole Nextcloud, if you administer it',
    write: 'Change users, groups, apps and settings of the whole Nextcloud, if you administer it',
  },
};

/** Scopes that say nothing about Nextcloud. */
const OTHERS: Readonly<Record<string, ScopeWords>> = {
  openid: { title: 'Signing in', sentence: 'Know that it is you', writes: false },
  profile: { title: 'Signing in', sentence: 'Know your name', writes: false },
  email: { title: 'Signing in', sentence: 'Know your e-mail address', writes: false },
  offline_access: {
    title: 'Signing in',
    sentence: 'Stay connected until you take it back',
    writes: false,
  },
};

/** A scope without words is shown as it is, and taken for the worse. */
export function scopeWords(scope: string): ScopeWords {
  return knownWords(scope) ?? { title: 'Other', sentence: scope, writes: true };
}

/** Undefined: nobody has written words for it. */
export function knownWords(scope: string): ScopeWords | undefined {
  if (Object.hasOwn(OTHERS, scope)) return OTHERS[scope];
  const [name = '', right, ...rest] = scope.split(':');
  const area = Object.hasOwn(AREAS, name) ? AREAS[name] : undefined;
  if (area === undefined || rest.length > 0) return undefined;
  const { title, read, write } = area;
  if (right === 'read') return { title, sentence: read, writes: false };
  if (right === 'write' && write !== undefined) return { title, sentence: write, writes: true };
  if (right !== undefined) return undefined;
  const both = write === undefined ? read : `${read}. ${write}`;
  return { title, sentence: both, writes: write !== undefined };
}

export interface ScopeGroup<Entry> {
  readonly title: string;
  readonly entries: readonly (Entry & ScopeWords)[];
}

/** By app, in the order of the table above (what most people use comes first), reading before writing. */
export function groupedByApp<Entry extends { readonly scope: string }>(
  entries: readonly Entry[],
): readonly ScopeGroup<Entry>[] {
  const groups = new Map<string, (Entry & ScopeWords)[]>();
  for (const entry of entries) {
    const worded = { ...entry, ...scopeWords(entry.scope) };
    groups.set(worded.title, [...(groups.get(worded.title) ?? []), worded]);
  }
  return [...groups]
    .sort(([one], [other]) => place(one) - place(other))
    .map(([title, found]) => ({
      title,
      entries: found.sort((a, b) => Number(a.writes) - Number(b.writes)),
    }));
}

const ORDER: readonly string[] = ['Signing in', ...Object.values(AREAS).map(({ title }) => title)];

function place(title: string): number {
  const index = ORDER.indexOf(title);
  return index < 0 ? ORDER.length : index;
}
