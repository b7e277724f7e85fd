import { expect } from 'chai';
import { RelayError } from '../../errors.ts';
import type { Nextcloud } from '../../nextcloud/nextcloud.ts';
import type { ToolContext } from '../tool.ts';
import { isoDuration } from './duration.ts';
import { recipesInCategory, searchRecipes } from './find-recipes.ts';
import { importRecipe } from './import-recipe.ts';
import { schemaOrg } from './recipe-fields.ts';
import { updateRecipe } from './update-recipe.ts';

type Arguments = Record<string, unknown>;

function server(answer: (key: string) => unknown): {
  context: ToolContext;
  sent: [string, Arguments][];
} {
  const sent: [string, Arguments][] = [];
  const execute = async (key: string, args: Arguments): Promise<unknown> => {
    sent.push([key, args]);
    return await Promise.resolve({ status: 200, headers: {}, data: answer(key) });
  };
  const nextcloud = { publicUrl: '', execute, executeByKey: execute } as unknown as Nextcloud;
  return {
    sent,
    context: { nextcloud, signal: new AbortController().signal } as unknown as ToolContext,
  };
}

describe('cookbook', () => {
  it('reads durations as people write them', () => {
    const cases: [string, string][] = [
      ['PT1H30M', 'PT1H30M'],
      ['PT90M', 'PT1H30M'],
      ['P1DT2H', 'PT26H0M'],
      ['PT45S', 'PT0H0M45S'],
      ['1:05', 'PT1H5M'],
      ['90 min', 'PT1H30M'],
      ['1 h 30 min', 'PT1H30M'],
      ['2 hours', 'PT2H0M'],
      ['20', 'PT0H20M'],
    ];
    for (const [text, iso] of cases) expect(isoDuration(text, 'prep_time'), text).to.equal(iso);
  });

  it('refuses durations that Cookbook would drop', () => {
    for (const text of ['a while', '', 'P', 'PT', 'P1Y', '1:75', 'PT1.5H']) {
      expect(() => isoDuration(text, 'cook_time'), text).to.throw('cook_time');
    }
  });

  it('maps given fields only, numbers in nutrition as text, keywords once', () => {
    expect(
      schemaOrg({
        description: '',
        ingredients: [],
        keywords: ' a, b ,a,',
        nutrition: { calories: 300 },
        prep_time: '',
      }),
    ).to.deep.equal({
      description: '',
      recipeIngredient: [],
      keywords: 'a,b',
      nutrition: { '@type': 'NutritionInformation', calories: '300' },
      prepTime: '',
    });
  });

  it('writes back what it does not change, with the id in the body and without derived fields', async () => {
    const stored = {
      id: '12',
      name: 'Soup',
      image: 'https://example.org/soup.jpg',
      imageUrl: '/apps/cookbook/x',
      imagePlaceholderUrl: '/apps/cookbook/y',
      printImage: true,
      'x-own': 'kept',
    };
    const { context, sent } = server((key) => (key === 'cookbook.recipeDetails' ? stored : 12));
    await updateRecipe.run({ recipe_id: 12, recipe_yield: 3 }, context);
    expect(sent.at(-1)?.[1]).to.deep.equal({
      id: 12,
      body: {
        id: '12',
        name: 'Soup',
        image: 'https://example.org/soup.jpg',
        'x-own': 'kept',
        recipeYield: 3,
      },
    });
  });

  it('asks nothing for an update without changes', async () => {
    const { context, sent } = server(() => ({}));
    const failed = await updateRecipe
      .run({ recipe_id: 12 }, context)
      .catch((error: unknown) => error);
    expect(failed).to.have.property('code', 'invalid_argument');
    expect(sent).to.deep.equal([]);
  });

  it('encodes once more what the app decodes once more', async () => {
    const { context, sent } = server(() => []);
    await searchRecipes.run({ query: '50% c+d a/b' }, context);
    await recipesInCategory.run({ category: 'Main/side' }, context);
    await recipesInCategory.run({ category: '*' }, context);
    expect(sent.map(([, args]) => Object.values(args)[0])).to.deep.equal([
      '50%25%20c%2Bd%20a%2Fb',
      'Main_side',
      '_',
    ]);
  });

  it('says why an import failed, and asks nothing for addresses the app never fetches', async () => {
    const { context, sent } = server(() => []);
    for (const url of [
      'nonsense',
      'ftp://example.org/x',
      'http://127.0.0.1/x',
      'http://[::1]/x',
      'http://localhost/x',
    ]) {
      const failed = await importRecipe.run({ url }, context).catch((error: unknown) => error);
      expect(failed, url).to.have.property('code', 'invalid_argument');
    }
    expect(sent).to.deep.equal([]);
    const twice = server(() => {
      throw new RelayError('conflict', 'exists', { status: 409 });
    });
    const failed = await importRecipe
      .run({ url: 'https://example.org/x' }, twice.context)
      .catch((error: unknown) => error);
    expect(failed).to.have.property('code', 'already_exists');
  });
});
