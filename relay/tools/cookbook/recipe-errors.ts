import { RelayError } from '../../errors.ts';

/** Runs a write of a recipe and says in plain words why it was refused. */
export async function savingRecipe<T>(name: string, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof RelayError)) throw error;
    if (error.status === 409) {
      throw new RelayError('already_exists', `A recipe named '${name}' already exists.`, {
        hint: 'Choose another name, or change that recipe with nc_cookbook_update_recipe.',
        status: 409,
        cause: error,
      });
    }
    if (error.status === 422) {
      throw new RelayError('invalid_argument', 'The recipe needs a name.', {
        status: 422,
        cause: error,
      });
    }
    throw error;
  }
}

/** Runs a request about one recipe and names it when it is not there. */
export async function aboutRecipe<T>(id: number, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof RelayError) || error.status !== 404) throw error;
    throw new RelayError('not_found', `Recipe ${String(id)} not found`, {
      hint: 'nc_cookbook_list_recipes lists the recipes there are.',
      status: 404,
      cause: error,
    });
  }
}
