/** Lists of short texts (scopes, redirect URIs) are stored as JSON. */
export function listToText(list: readonly string[]): string {
  return JSON.stringify(list);
}

export function textToList(text: string): readonly string[] {
  return JSON.parse(text) as readonly string[];
}
