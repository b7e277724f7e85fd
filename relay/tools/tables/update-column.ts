import * as z from 'zod';
import type { ArgumentsOf } from '../../../openapi/index.ts';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { columnView, optionsOf, typeOf } from './column.ts';
import type { Column } from './column.ts';
import {
  defaultFields,
  numbered,
  refuseForeign,
  settingFields,
  settingsInput,
} from './column-settings.ts';
import type { ColumnChange } from './column-settings.ts';

/** Reads first: the request replaces every setting, and what it leaves out becomes empty. */
export const updateColumn = defineTool({
  name: 'nc_tables_update_column',
  title: 'Update column',
  description:
    'Change title or settings of a column; what is left out stays. options replaces the whole list: rows keep those that stay by label. The type cannot change.',
  app: 'tables',
  toolset: 'tables_extra',
  scopes: ['tables:write'],
  effect: 'replace',
  uses: ['tables.api_columns-show', 'tables.api1-update-column'],
  input: z.object({
    column_id: z.int().describe('Id of the column'),
    title: z.string().min(1).optional().describe('New title'),
    ...settingsInput,
  }),
  async run(args, { nextcloud, signal }) {
    const { data: column } = await nextcloud.execute(
      'tables.api_columns-show',
      { id: args.column_id },
      { signal },
    );
    refuseForeign(args, typeOf(column));
    const options = args.options ? numbered(args.options, optionsOf(column)) : undefined;
    const changed = { ...column, selectionOptions: options ?? [...optionsOf(column)] };
    const changes: ColumnChange = {
      ...(args.title ? { title: args.title } : {}),
      ...settingFields(args),
      ...defaultFields(args.default, changed),
      ...(options === undefined ? {} : { selectionOptions: JSON.stringify(options) }),
    };
    if (Object.keys(changes).length === 0) {
      throw new RelayError('invalid_argument', 'Nothing to change was given.');
    }
    const { data } = await nextcloud.execute(
      'tables.api1-update-column',
      { ...asItIs(column), ...changes },
      { signal },
    );
    return columnView(data);
  },
});

/** Every setting of a column in the form the request takes it. */
function asItIs(column: Column): ArgumentsOf<'tables.api1-update-column'> {
  return {
    columnId: column.id,
    title: column.title,
    mandatory: column.mandatory,
    description: column.description,
    numberPrefix: column.numberPrefix,
    numberSuffix: column.numberSuffix,
    numberDefault: column.numberDefault,
    numberMin: column.numberMin,
    numberMax: column.numberMax,
    numberDecimals: column.numberDecimals,
    textDefault: column.textDefault,
    textAllowedPattern: column.textAllowedPattern,
    textMaxLength: column.textMaxLength,
    textUnique: column.textUnique,
    datetimeDefault: column.datetimeDefault,
    // Tables 2 empties these as well when they are left out, Tables 1 keeps them
    selectionDefault: column.selectionDefault,
    selectionOptions: column.type === 'selection' ? JSON.stringify(optionsOf(column)) : null,
    usergroupDefault:
      column.type === 'usergroup' ? JSON.stringify(column.usergroupDefault ?? []) : null,
    usergroupMultipleItems: column.usergroupMultipleItems,
    usergroupSelectUsers: column.usergroupSelectUsers,
    usergroupSelectGroups: column.usergroupSelectGroups,
    usergroupSelectTeams: column.usergroupSelectTeams,
    usergroupShowUserStatus: column.showUserStatus,
    customSettings: { ...column.customSettings },
    ...(column.technicalName === undefined ? {} : { technicalName: column.technicalName }),
  };
}
