import * as z from 'zod';
import { defineTool } from '../tool.ts';
import type { ComposedTool } from '../tool.ts';
import { MAX_PAGE } from './page.ts';
import { search } from './search.ts';

const PLACE = {
  scope: z.string().default('').describe('Folder to search with everything below; empty for all'),
  limit: z.int().min(1).max(MAX_PAGE).nullish().describe('Results at most, 100 by default'),
  offset: z.int().min(0).default(0).describe('next_offset of the answer before'),
};

const COMMON = {
  app: 'webdav',
  toolset: 'files',
  scopes: ['files:read'],
  effect: 'read',
  uses: ['webdav.search-files', 'webdav.list-files'],
} as const satisfies Partial<ComposedTool<z.ZodObject>>;

const WILDCARDS =
  '% stands for any text, _ for one character (\\% and \\_ for themselves); otherwise the whole must match';
const DATE = z.iso.datetime({ offset: true });

export const searchFiles = defineTool({
  ...COMMON,
  name: 'nc_webdav_search_files',
  title: 'Search files',
  description:
    'Find files and folders by name, type, size, date, id or favourite mark; all given filters must hold, none lists ' +
    'everything. It looks at names, not into contents. Go on with next_offset.',
  input: z.object({
    ...PLACE,
    name_pattern: z
      .string()
      .nullish()
      .describe(`Name; case does not matter for a-z. ${WILDCARDS}. Example: %report%`),
    mime_type: z.string().nullish().describe(`Media type, for example image/%. ${WILDCARDS}`),
    only_favorites: z.boolean().default(false).describe('Only favourites'),
    min_size: z.int().min(0).optional().describe('Bytes at least'),
    max_size: z.int().min(0).optional().describe('Bytes at most'),
    modified_after: DATE.optional().describe('Changed at or after this time, ISO 8601'),
    modified_before: DATE.optional().describe('Changed at or before this time, ISO 8601'),
    file_id: z.int().optional().describe('The file with this id, wherever it is'),
    newest_first: z.boolean().default(false).describe('Last changed first'),
  }),
  run: search,
});

export const findByName = defineTool({
  ...COMMON,
  name: 'nc_webdav_find_by_name',
  title: 'Find files by name',
  description: 'Find files and folders whose name matches a pattern.',
  input: z.object({
    pattern: z
      .string()
      .min(1)
      .describe(`Name; case does not matter for a-z. ${WILDCARDS}. Example: %.pdf`),
    ...PLACE,
  }),
  run: ({ pattern, ...place }, context) => search({ ...place, name_pattern: pattern }, context),
});

export const findByType = defineTool({
  ...COMMON,
  name: 'nc_webdav_find_by_type',
  title: 'Find files by type',
  description: 'Find files of a media type.',
  input: z.object({
    mime_type: z.string().min(1).describe(`Media type, for example image/%. ${WILDCARDS}`),
    ...PLACE,
  }),
  run: search,
});

export const listFavorites = defineTool({
  ...COMMON,
  name: 'nc_webdav_list_favorites',
  title: 'List favourite files',
  description: 'List the files and folders that the user marked as favourite.',
  input: z.object(PLACE),
  run: (place, context) => search({ ...place, only_favorites: true }, context),
});
