import { parseArgs } from 'node:util';
import { connectClient } from '../contract-tests/clients.ts';
import type { Account } from '../contract-tests/gateway.ts';
import { accountsFrom } from '../contract-tests/live.ts';
import { barLine, barsOf } from './bench/scale-bars.ts';
import { plainDav } from './bench/scale-account.ts';
import type { PlainDav } from './bench/scale-account.ts';
import { answerOf, CALENDAR_TASKS, CONTACT_TASKS, FILE_TASKS } from './bench/scale-calls.ts';
import { ensureData, storedBytes } from './bench/scale-data.ts';
import { startMeasuredGateway } from './bench/scale-gateway.ts';
import { downloadLargeFile, removeLargeFile, uploadLargeFile } from './bench/scale-large-file.ts';
import { measure, tableLine } from './bench/scale-measure.ts';
import type { Measured, Stage } from './bench/scale-measure.ts';
import { startCountingProxy } from './bench/scale-proxy.ts';

const HELP = `What large collections and a large file cost, against a real Nextcloud.

  npm run bench:scale -- --host http://127.0.0.1:8080 [--account carol] [--mib 1024] [--part-mib 1] [--only text]

CONTRACT_TEST_ACCOUNTS=carol:app-password names the accounts; the first is used unless --account names one.
It gets a folder of 10,000 files, a calendar of 5,000 events and an address book of 5,000 cards, all called
"scale-bench", which take some minutes to make and stay for the next run. --mib 0 leaves the large file out.
Ends with the bars, PASS or FAIL; exits with 1 when one does not hold. Times are informative, memory is measured on Linux only.
`;

const COLLECTION_TASKS = [...FILE_TASKS, ...CALENDAR_TASKS, ...CONTACT_TASKS];

const { values } = parseArgs({
  options: {
    host: { type: 'string' },
    account: { type: 'string' },
    mib: { type: 'string', default: '1024' },
    'part-mib': { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

const accounts = accountsFrom(process.env);
const account = accounts.get(values.account ?? [...accounts.keys()][0] ?? '');
if (values.help || values.host === undefined || account === undefined) {
  process.stdout.write(HELP);
  process.exitCode = values.help ? 0 : 2;
} else {
  const rows = await benched(values.host.replace(/\/+$/, ''), account);
  const bars = barsOf(rows);
  say(`\n${bars.map(barLine).join('\n')}`);
  process.exitCode = bars.every(({ holds }) => holds) ? 0 : 1;
}

async function benched(host: string, account: Account): Promise<Measured[]> {
  const wantsCollections = COLLECTION_TASKS.some(({ label }) => label.includes(values.only));
  const sizes = wantsCollections ? await collectionSizes(plainDav(host, account)) : {};
  const proxy = await startCountingProxy(host);
  try {
    say(tableLine());
    const fresh: Fresh = (work) => withGateway({ account, proxy, sizes }, work);
    const rows = wantsCollections ? await collections(fresh, sizes) : [];
    return [...rows, ...(await largeFile(fresh))];
  } finally {
    await proxy.close();
  }
}

/** Bytes as stored; makes what is not there yet. */
async function collectionSizes(dav: PlainDav): Promise<Record<string, number>> {
  await ensureData(dav, say);
  const stored = await storedBytes(dav);
  return { calendar: stored.calendar, 'address book': stored.book };
}

type Fresh = <T>(work: (stage: Stage) => Promise<T>) => Promise<T>;

/** A gateway of its own for each task: what one leaves behind is not put down to the next. */
async function withGateway<T>(
  { account, ...given }: Pick<Stage, 'proxy' | 'sizes'> & { account: Account },
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  const gateway = await startMeasuredGateway(given.proxy.url, account);
  try {
    const client = await connectClient('2.x', gateway.url);
    try {
      // the first call also asks who the user is and which apps there are
      await answerOf(client, 'nc_webdav_list_directory', { limit: 1 });
      return await work({ ...given, client, gateway });
    } finally {
      await client.close();
    }
  } finally {
    gateway.stop();
  }
}

async function collections(fresh: Fresh, sizes: Record<string, number>): Promise<Measured[]> {
  const rows: Measured[] = [
    await fresh((stage) => measure(stage, 'nothing', { requests: 0 }, idle)),
  ];
  say(tableLine(rows[0]));
  for (const task of COLLECTION_TASKS) {
    const wanted = task.tellsSizeOf !== undefined || task.label.includes(values.only);
    if (!wanted) continue;
    const row = await fresh((stage) =>
      measure(stage, task.label, task.bounds, () => task.run(stage.client)),
    );
    const whole = !row.broken.some((fault) => fault.startsWith('failed'));
    if (task.tellsSizeOf !== undefined && whole) sizes[task.tellsSizeOf] = row.bytesDown;
    rows.push(row);
    say(tableLine(row));
  }
  return rows;
}

async function idle(): Promise<void> {
  await Promise.resolve();
}

async function largeFile(fresh: Fresh): Promise<Measured[]> {
  const mib = Number(values.mib);
  if (mib === 0) return [];
  const bytes = mib * 1024 * 1024;
  const partBytes = Number(values['part-mib']) * 1024 * 1024;
  const transfer = { path: 'scale-bench-large.bin', bytes, partBytes };
  // which apps there are is asked again now and then
  const parts = Math.ceil((bytes / partBytes) * 1.02);
  const digests: string[] = [];
  const run = (label: string, requests: number, way: typeof uploadLargeFile) =>
    fresh(async (stage) => {
      const work = async (): Promise<void> => {
        digests.push(await way(stage.client, transfer));
      };
      const row = await measure(stage, `${label} of ${mib} MiB`, { requests }, work);
      say(tableLine(row));
      return row;
    });
  try {
    const rows = [
      await run('upload', parts + 8, uploadLargeFile),
      await run('download', 2 * parts + 8, downloadLargeFile),
    ];
    const same = digests.length === 2 && digests[0] === digests[1];
    if (!same) throw new Error(`SHA-256 differs: ${digests.join(' ')}`);
    say(`SHA-256 of what was sent and of what came: ${digests[0] ?? ''}`);
    return rows;
  } finally {
    await fresh(({ client }) => removeLargeFile(client, transfer.path));
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
