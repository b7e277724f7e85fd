import * as z from 'zod';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { columnView } from './column.ts';
import type { Column } from './column.ts';
import {
  defaultFields,
  numbered,
  refuseForeign,
  settingFields,
  settingsInput,
} from './column-settings.ts';

const TYPES = [
  'text-line',
  'text-rich',
  'text-link',
  'number',
  'number-stars',
  'number-progress',
  'selection',
  'selection-multi',
  'selection-check',
  'datetime',
  'datetime-date',
  'datetime-time',
  'usergroup',
] as const;

/** One tool over five operations, which differ only in the fields of the column type. */
export const createColumn = defineTool({
  name: 'nc_tables_create_column',
  title: 'Create column',
  description:
    'Add a column to a table. text-rich is Markdown, selection-check a check box, usergroup people or groups.',
  app: 'tables',
  toolset: 'tables',
  scopes: ['tables:write'],
  effect: 'add',
  uses: [
    'tables.api_columns-create-number-column',
    'tables.api_columns-create-text-column',
    'tables.api_columns-create-selection-column',
    'tables.api_columns-create-datetime-column',
    'tables.api_columns-create-usergroup-column',
  ],
  input: z.object({
    table_id: z.int().describe('Id of the table'),
    title: z.string().min(1).describe('Title; a number is added when it is taken'),
    type: z.enum(TYPES).describe('Type'),
    ...settingsInput,
    view_ids: z.array(z.int()).optional().describe('Views that show the column'),
  }),
  async run(args, context) {
    refuseForeign(args, args.type);
    const [type = '', subtype = ''] = args.type.split('-');
    const options = numbered(args.options ?? [], []);
    const draft = {
      title: args.title,
      type,
      subtype,
      selectionOptions: options,
    } as unknown as Column;
    const fields = {
      ...settingFields(args),
      ...defaultFields(args.default, draft),
      // left out, Tables 1.0.9 refuses with 500 "Invalid node type" although the document gives a default
      baseNodeType: 'table' as const,
      baseNodeId: args.table_id,
      title: args.title,
      // people have no subtypes, and their operation no such argument
      ...(type === 'usergroup' ? {} : { subtype }),
      selectedViewIds: args.view_ids ?? [],
    };
    return columnView(
      await create(type, { ...fields, selectionOptions: JSON.stringify(options) }, context),
    );
  },
});

const OPERATIONS = {
  text: 'tables.api_columns-create-text-column',
  number: 'tables.api_columns-create-number-column',
  selection: 'tables.api_columns-create-selection-column',
  datetime: 'tables.api_columns-create-datetime-column',
  usergroup: 'tables.api_columns-create-usergroup-column',
} as const;

/** Settings of other types are refused before; only the list of options is always there. */
async function create(
  type: string,
  { selectionOptions, ...fields }: Readonly<Record<string, unknown>>,
  { nextcloud, signal }: ToolContext,
): Promise<Column> {
  const operation = OPERATIONS[type as keyof typeof OPERATIONS];
  const body = type === 'selection' ? { ...fields, selectionOptions } : fields;
  const { data } = await nextcloud.executeByKey(operation, body, { signal });
  return data as Column;
}
