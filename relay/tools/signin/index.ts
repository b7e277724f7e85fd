import * as z from 'zod';
import type { Principal } from '../../access/principal.ts';
import { RelayError } from '../../errors.ts';
import type { Provisioning } from '../../signin/provisioning.ts';
import { defineTool } from '../tool.ts';
import type { DefinedTool, ToolContext } from '../tool.ts';

export interface SignInToolsOptions {
  readonly provisioning: Provisioning;
  /** The person of the verified token; undefined where nobody is recognised (single-user mode). */
  readonly principalOf: (context: ToolContext) => Principal | undefined;
}

/** No arguments at all: whom it is about is never for the caller to say. */
const NOTHING = z.strictObject({});

/**
 * No scope: whoever is recognised may ask about and take back what is kept for them. Others ask for `openid` here, but
 * tokens for a resource often lack it (RFC 8707, RFC 9068 tokens; clients that ask for `notes:read` alone), and a person
 * who cannot take access back for want of a scope is worse off. Nothing of Nextcloud opens by these tools: the link wants
 * the person's own login. Tokens with `openid` work as they do elsewhere.
 */
const COMMON = {
  app: 'core',
  toolset: 'signin',
  scopes: [],
  uses: [],
  input: NOTHING,
} as const;

/** Tools about the caller's own sign-in. */
export function signInTools({ provisioning, principalOf }: SignInToolsOptions): DefinedTool[] {
  const caller = (context: ToolContext): Principal => {
    const principal = principalOf(context);
    if (principal !== undefined) return principal;
    throw new RelayError('unsupported', 'This gateway works for a single user; nobody signs in.');
  };

  return [
    defineTool({
      ...COMMON,
      name: 'provision_nextcloud_access',
      title: 'Allow access to Nextcloud',
      description:
        'Get a link with which the user allows this gateway to work in their Nextcloud. The link works once and only for this user; show it to them.',
      effect: 'set',
      async run(_args, context) {
        const principal = caller(context);
        if ((await provisioning.status(principal)).isProvisioned) {
          return {
            success: true,
            already_provisioned: true,
            message: 'Access is allowed already.',
          };
        }
        const url = await provisioning.link(principal);
        if (url === undefined) {
          return {
            success: true,
            already_provisioned: true,
            message: 'Nothing has to be allowed: each call uses the user’s own sign-in.',
          };
        }
        return {
          success: true,
          already_provisioned: false,
          authorization_url: url,
          message: 'The user has to open authorization_url within ten minutes and log in.',
        };
      },
    }),
    defineTool({
      ...COMMON,
      name: 'revoke_nextcloud_access',
      title: 'Take access back',
      description:
        'Take back what the user allowed this gateway to keep: it is deleted here and made worthless at its source.',
      effect: 'delete',
      async run(_args, context) {
        const { removed, everywhere } = await provisioning.revoke(caller(context));
        if (!removed) return { success: true, message: 'There was nothing to take back.' };
        return {
          success: true,
          message: everywhere
            ? 'Access was taken back.'
            : 'Access was deleted here. It could not be confirmed at its source: look at the devices and applications in the account settings.',
        };
      },
    }),
    defineTool({
      ...COMMON,
      name: 'check_provisioning_status',
      title: 'What is allowed',
      description:
        'Tell whether, since when and how the user allowed this gateway to work for them.',
      effect: 'read',
      async run(_args, context) {
        const status = await provisioning.status(caller(context));
        if (!status.isProvisioned) return { is_provisioned: false };
        const { flowType, provisionedAt, clientId, scopes } = status;
        return {
          is_provisioned: true,
          flow_type: flowType,
          provisioned_at: provisionedAt,
          ...(clientId === undefined ? {} : { client_id: clientId }),
          ...(scopes === undefined ? {} : { scopes: [...scopes] }),
        };
      },
    }),
    defineTool({
      ...COMMON,
      name: 'check_logged_in',
      title: 'Is the user signed in',
      description:
        'Tell whether the user has allowed access; when not, give the link with which they can.',
      effect: 'read',
      async run(_args, context) {
        const principal = caller(context);
        const who = principal.username ?? principal.subject;
        if ((await provisioning.status(principal)).isProvisioned)
          return { result: 'yes', user: who };
        const url = await provisioning.link(principal);
        if (url === undefined) return { result: 'yes', user: who };
        return { result: 'no', user: who, authorization_url: url };
      },
    }),
  ];
}
