import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import type { BinaryData } from '../../nextcloud/nextcloud.ts';
import { defineTool } from '../tool.ts';

/** Asks for a photo only: whoever accepts SVG gets a placeholder for recipes without a picture, and 200. */
const PHOTO = { Accept: 'image/jpeg' };

export const getRecipeImage = defineTool({
  name: 'nc_cookbook_get_image',
  title: 'Get recipe image',
  description: 'See the picture of a recipe.',
  app: 'cookbook',
  toolset: 'cookbook',
  scopes: ['cookbook:read'],
  effect: 'read',
  uses: ['cookbook.getImage'],
  input: z.object({
    recipe_id: z.int().describe('Id of the recipe'),
    size: z
      .enum(['full', 'thumb', 'thumb16'])
      .default('thumb')
      .describe('thumb is 250 pixels wide, thumb16 16'),
  }),
  async run({ recipe_id: id, size }, { nextcloud, signal }) {
    try {
      const reply = await nextcloud.executeByKey(
        'cookbook.getImage',
        { id, size },
        { signal, headers: PHOTO },
      );
      const { bytes, mediaType } = reply.data as BinaryData;
      const mimeType = mediaType.split(';')[0]?.trim() ?? 'image/jpeg';
      return {
        data: { recipe_id: id, media_type: mimeType, size: bytes.byteLength },
        content: [{ type: 'image', data: Buffer.from(bytes).toString('base64'), mimeType }],
      };
    } catch (error) {
      if (!(error instanceof RelayError) || (error.status !== 406 && error.status !== 404))
        throw error;
      throw new RelayError('not_found', `Recipe ${String(id)} is not there or has no picture.`, {
        status: error.status,
        cause: error,
      });
    }
  },
});
