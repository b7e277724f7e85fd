import { CONTRACT_TIME, readRecordings } from '../../contract-tests/recording.ts';
import { startRecordedNextcloud } from '../../contract-tests/replay/recorded-nextcloud.ts';
import { RELEASES } from '../../openapi/index.ts';
import { RelayError } from '../errors.ts';

export interface DemoNextcloud {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** The clock stands still at the moment the recordings were made for. */
  readonly now: () => Date;
  close(): Promise<void>;
}

/** Whose recordings make up the demo. */
const DEMO_USER = 'alice';
/** The recording that shows a whole account; where several answer a request, it wins. */
const GUIDED_TOUR = 'demo: a look around';

/** A Nextcloud that answers from recordings of a real one. */
export async function startDemo(): Promise<DemoNextcloud> {
  const recordings = readRecordings(RELEASES[0])
    .filter(({ user }) => user === DEMO_USER)
    .sort((a, b) => Number(a.scenario === GUIDED_TOUR) - Number(b.scenario === GUIDED_TOUR));
  if (recordings.length === 0) {
    throw new RelayError('configuration', 'There are no recordings here to serve a demo from.', {
      hint: 'Set NEXTCLOUD_HOST, NEXTCLOUD_USERNAME and NEXTCLOUD_PASSWORD.',
    });
  }
  const nextcloud = await startRecordedNextcloud(recordings, { mode: 'lenient' });
  return {
    url: nextcloud.url,
    username: DEMO_USER,
    password: 'demo',
    now: () => CONTRACT_TIME,
    close: () => nextcloud.close(),
  };
}
