import { ConfigurationError } from '../config.ts';
import type { Config } from '../config.ts';

/** For commands that have nobody to sign in. @throws ConfigurationError */
export function refuseSignIn(config: Config, command: string): void {
  if (config.signIn === undefined) return;
  throw new ConfigurationError([
    {
      setting: 'NEXTCLOUD_USERNAME',
      message: `is missing: ${command} works for a single user`,
      hint: 'Set NEXTCLOUD_USERNAME and NEXTCLOUD_PASSWORD. Where people sign in, clients connect over HTTP (serve).',
    },
  ]);
}
