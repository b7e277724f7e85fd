import type { Access } from '../operation.ts';
import { asObject, asText, readObject } from './document.ts';
import type { FoundOperation, JsonObject } from './document.ts';

/**
 * PHP attributes of the controller methods behind the routes, by `<app>:<method> <path>`,
 * e.g. `{"deck:get /ocs/…": {"NoAdminRequired": "", "PasswordConfirmationRequired": "(strict: true)"}}`.
 * Documents state access only in prose; the attributes are what the server enforces.
 */
export type AccessFile = Readonly<Record<string, JsonObject>>;

export function readAccessFile(file: string): AccessFile {
  return readObject(file) as AccessFile;
}

export interface AccessFacts {
  readonly access: Access;
  readonly confirmation?: 'session' | 'strict';
  /** The controller reads `$_FILES`, whatever the document says about the body. */
  readonly upload: boolean;
}

/** Attributes when known, else the variant the operation is in, its `security` and its prose. */
export function accessFacts(
  attributes: JsonObject | undefined,
  found: FoundOperation,
  variant: string | undefined,
): AccessFacts {
  return attributes === undefined
    ? fromDocument(found.operation, variant)
    : fromAttributes(attributes);
}

function fromAttributes(attributes: JsonObject): AccessFacts {
  const confirmation = asText(attributes['PasswordConfirmationRequired']);
  return {
    access: accessByAttributes(attributes),
    ...(confirmation === undefined
      ? {}
      : { confirmation: /strict:\s*true/.test(confirmation) ? 'strict' : 'session' }),
    upload: attributes['_upload'] !== undefined,
  };
}

function accessByAttributes(attributes: JsonObject): Access {
  if ('ExAppRequired' in attributes) return 'ex-app';
  if ('PublicPage' in attributes) return 'public';
  if ('NoAdminRequired' in attributes) return 'user';
  if ('AuthorizedAdminSetting' in attributes) return 'delegated-admin';
  return 'admin';
}

function fromDocument(operation: JsonObject, variant: string | undefined): AccessFacts {
  const prose = `${asText(operation['summary']) ?? ''} ${asText(operation['description']) ?? ''}`;
  const confirms = /requires? password confirmation/i.test(prose);
  return {
    access: accessByDocument(operation, prose, variant),
    ...(confirms ? { confirmation: 'session' as const } : {}),
    upload: false,
  };
}

function accessByDocument(
  operation: JsonObject,
  prose: string,
  variant: string | undefined,
): Access {
  const stated = asText(operation['x-access']);
  if (stated !== undefined) return stated as Access;
  if (variant === 'ex_app') return 'ex-app';
  if (variant === 'administration' || /requires? admin access/i.test(prose)) return 'admin';
  const security = operation['security'];
  const anonymous =
    Array.isArray(security) &&
    security.some((option) => Object.keys(asObject(option)).length === 0);
  return anonymous ? 'public' : 'user';
}
