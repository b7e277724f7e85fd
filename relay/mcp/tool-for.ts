import { RelayError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import type { Tool } from '../tools/tool.ts';
import type { View } from './catalogue.ts';
import type { Refusal } from './select.ts';

/** The tool, or the reason why this caller does not have it. */
export function toolFor(name: string, view: View): Tool {
  const tool = view.selection.allowed.get(name);
  if (tool !== undefined) return tool;
  const refusal = view.selection.refused.get(name);
  if (refusal?.reason === 'apps-unknown' && view.notConnected !== undefined)
    throw view.notConnected;
  if (refusal !== undefined) throw refusedTool(name, refusal);
  const known = view.listable.keys();
  throw new RelayError(
    'unknown_tool',
    `There is no tool ${JSON.stringify(name)}.${didYouMean(name, known)}`,
    {
      hint: 'nc_find_tools finds tools by what they do.',
    },
  );
}

function refusedTool(name: string, refusal: Refusal): RelayError {
  switch (refusal.reason) {
    case 'toolset':
      return new RelayError(
        'forbidden',
        `${name} belongs to the toolset ${refusal.toolset}, which is off here.`,
        {
          hint: `Whoever runs this gateway can add ${refusal.toolset} to MCP_TOOLSETS.`,
        },
      );
    case 'read-only':
      return new RelayError('forbidden', `${name} changes data, and this gateway is read-only.`, {
        hint: 'Whoever runs this gateway can switch MCP_READ_ONLY off.',
      });
    case 'scope':
      return new RelayError(
        'insufficient_scope',
        `${name} needs more scopes: ${refusal.missing.join(' ')}.`,
        {
          hint: 'Sign in again and grant them.',
          details: { missing_scopes: refusal.missing },
        },
      );
    case 'app':
      return new RelayError(
        'app_missing',
        `${name} needs the Nextcloud app ${refusal.app}, which this user does not have.`,
        {
          hint: 'An administrator can install or enable the app.',
        },
      );
    case 'apps-unknown':
      return new RelayError(
        'unavailable',
        `It is not known whether this user has what ${name} needs.`,
        {
          hint: 'Try again when Nextcloud can be reached.',
          retryable: true,
        },
      );
  }
}
