import * as z from 'zod';
import { defineTool } from '../tool.ts';

interface Item {
  readonly title: string;
  readonly subtitle?: string;
  readonly link?: string;
}

/** Older widgets answer only version 1, newer ones only version 2 of the operation: both are asked. */
export const getWidgetItems = defineTool({
  name: 'nc_dashboard_get_widget_items',
  title: 'Get dashboard widget items',
  description:
    'Read what dashboard widgets show: latest activity, next appointments, unread mail, favourites and so on.',
  app: 'dashboard',
  toolset: 'dashboard',
  scopes: ['dashboard:read'],
  effect: 'read',
  uses: ['dashboard.dashboard_api-get-widget-items', 'dashboard.dashboard_api-get-widget-items-v2'],
  input: z.object({
    widgets: z
      .array(z.string().min(1))
      .min(1)
      .describe('Widget ids from nc_dashboard_list_widgets'),
    limit: z.int().min(1).max(30).default(7).describe('Items of each widget'),
  }),
  async run({ widgets, limit }, { nextcloud, signal }) {
    const query = { widgets, limit };
    const [older, newer] = await Promise.all([
      nextcloud.executeByKey('dashboard.dashboard_api-get-widget-items', query, { signal }),
      nextcloud.executeByKey('dashboard.dashboard_api-get-widget-items-v2', query, { signal }),
    ]);
    const first = older.data as Readonly<Record<string, readonly Item[]>>;
    const second = newer.data as Readonly<
      Record<string, { items: readonly Item[]; emptyContentMessage?: string }>
    >;
    return {
      widgets: widgets.map((id) => {
        const items = second[id]?.items ?? first[id];
        if (items === undefined)
          return { id, note: 'No such widget, or it gives its items to the web page only.' };
        const empty = items.length === 0 ? second[id]?.emptyContentMessage : undefined;
        return { id, items: items.map(itemView), ...(empty ? { note: empty } : {}) };
      }),
    };
  },
});

function itemView({ title, subtitle, link }: Item): Record<string, unknown> {
  return { title, ...(subtitle ? { subtitle } : {}), ...(link ? { url: link } : {}) };
}
