import type { Person } from '../sign-in/person.ts';

/** Presses a button and waits for the page it leads to. */
export async function press({ page }: Person, name: RegExp): Promise<void> {
  const next = page.waitForEvent('domcontentloaded');
  await page.getByRole('button', { name }).click();
  await next;
}

/** The link to this gateway in what a tool said. */
export function linkIn(text: string): string {
  const [link] = /http:\/\/localhost:\d+\/oauth\/[\w-]+\?state=[\w-]+/.exec(text) ?? [];
  if (link === undefined) throw new Error(`no link in: ${text}`);
  return link;
}
