import { expect } from 'chai';
import { scenario } from '../scenario.ts';
import type { Answer } from '../scenario.ts';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const names = ({ recipes }: Answer): string[] => recipes.map(({ name }: Answer) => name);

scenario('cookbook: the life of a recipe', { app: 'cookbook' }, async (alice) => {
  const made = await alice.call('nc_cookbook_create_recipe', {
    name: 'Contract dumplings',
    description: 'From yesterday’s bread.',
    ingredients: ['300 g bread', '2 eggs', '¼ l milk'],
    instructions: ['Soak the bread.', 'Form dumplings.', 'Simmer for 20 minutes.'],
    prep_time: '20 min',
    cook_time: 'PT20M',
    total_time: '0:40',
    recipe_yield: 4,
    category: 'Contract/side, 50% ä',
    keywords: 'contract, bread/rolls, contract',
    tools: ['Large pot'],
    nutrition: { calories: 320, fatContent: '9 g' },
  });
  const recipe_id: number = made.id;
  const recipe = await alice.call('nc_cookbook_get_recipe', { recipe_id });
  expect(recipe).to.include({
    name: 'Contract dumplings',
    prepTime: 'PT0H20M0S',
    totalTime: 'PT0H40M0S',
    recipeYield: 4,
    keywords: 'contract,bread/rolls',
  });
  expect(recipe.nutrition).to.include({ calories: '320', fatContent: '9 g' });
  expect(recipe.recipeIngredient).to.have.length(3);

  expect(
    await alice.refused('nc_cookbook_create_recipe', { name: 'Contract dumplings' }),
  ).to.contain('already exists');
  expect(
    await alice.refused('nc_cookbook_create_recipe', {
      name: 'Contract stew',
      prep_time: 'a while',
    }),
  ).to.contain('prep_time');

  const changed = await alice.call('nc_cookbook_update_recipe', {
    recipe_id,
    description: '',
    recipe_yield: 6,
  });
  expect(changed.changed).to.deep.equal(['description', 'recipeYield']);
  const kept = await alice.call('nc_cookbook_get_recipe', { recipe_id });
  expect(kept).to.include({ description: '', recipeYield: 6, prepTime: 'PT0H20M0S' });
  expect(kept.recipeInstructions).to.deep.equal(recipe.recipeInstructions);
  expect(kept.nutrition).to.deep.equal(recipe.nutrition);

  expect(names(await alice.call('nc_cookbook_list_recipes'))).to.include('Contract dumplings');
  const category: string = kept.recipeCategory;
  const { categories } = await alice.call('nc_cookbook_list_categories');
  expect(categories.map(({ name }: Answer) => name)).to.include(category);
  const inCategory = await alice.call('nc_cookbook_get_recipes_in_category', { category });
  expect(names(inCategory)).to.deep.equal(['Contract dumplings']);
  const { keywords } = await alice.call('nc_cookbook_list_keywords');
  expect(keywords.map(({ name }: Answer) => name)).to.include('bread/rolls');
  const tagged = await alice.call('nc_cookbook_get_recipes_with_keywords', {
    keywords: ['Contract', 'bread/rolls'],
  });
  expect(names(tagged)).to.deep.equal(['Contract dumplings']);
  expect(
    names(await alice.call('nc_cookbook_search_recipes', { query: 'bread/rolls' })),
  ).to.deep.equal(['Contract dumplings']);

  await alice.call('nc_cookbook_rename_category', { category, new_name: 'Contract sides' });
  expect(
    names(await alice.call('nc_cookbook_get_recipes_in_category', { category: 'Contract sides' })),
  ).to.deep.equal(['Contract dumplings']);

  expect(await alice.refused('nc_cookbook_get_image', { recipe_id })).to.contain('no picture');
  const image = '/Contract dumplings.png';
  await alice.call('nc_webdav_write_file', {
    path: image,
    content: PNG,
    encoding: 'base64',
    overwrite: true,
  });
  await alice.call('nc_cookbook_update_recipe', { recipe_id, image });
  const picture = await alice.call('nc_cookbook_get_image', { recipe_id, size: 'full' });
  expect(picture.media_type).to.equal('image/jpeg');
  await alice.call('nc_cookbook_update_recipe', { recipe_id, recipe_yield: 8 });
  expect((await alice.call('nc_cookbook_get_image', { recipe_id })).size).to.be.above(0);
  await alice.call('nc_webdav_delete_resource', { path: image });

  await alice.call('nc_cookbook_delete_recipe', { recipe_id });
  expect(await alice.refused('nc_cookbook_delete_recipe', { recipe_id })).to.contain(
    `Recipe ${String(recipe_id)} not found`,
  );
  expect(
    await alice.refused('nc_cookbook_update_recipe', { recipe_id, name: 'Contract ghost' }),
  ).to.contain('not found');
});

scenario('cookbook: settings, rescan and import', { app: 'cookbook' }, async (alice) => {
  const config = await alice.call('nc_cookbook_get_config');
  expect(config.folder).to.be.a('string');
  const { message } = await alice.call('nc_cookbook_set_config', {
    update_interval: config.update_interval,
    print_image: config.print_image,
  });
  expect(message).to.equal('OK');
  expect((await alice.call('nc_cookbook_reindex')).message).to.be.a('string');
  expect(
    await alice.refused('nc_cookbook_import_recipe', { url: 'https://recipes.invalid/dumplings' }),
  ).to.contain('could not import');
  expect(
    await alice.refused('nc_cookbook_import_recipe', { url: 'http://127.0.0.1/dumplings' }),
  ).to.contain('no public host');
});
