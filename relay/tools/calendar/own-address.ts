import type { Organizer } from '../../nextcloud/codecs/icalendar-people.ts';
import type { ToolContext } from '../tool.ts';

/** The address Nextcloud sends and receives invitations for; undefined when the account has no e-mail address. */
export async function ownAddress({
  nextcloud,
  signal,
}: ToolContext): Promise<Organizer | undefined> {
  const user = await nextcloud.userId();
  const reply = await nextcloud.execute('caldav.get-principal', { user }, { signal });
  const [principal] = reply.data;
  const mail = principal?.addresses?.find((address) => /^mailto:/i.test(address));
  const email = mail?.replace(/^mailto:/i, '') ?? principal?.email ?? '';
  return email === '' ? undefined : { email, name: principal?.displayName };
}
