import { FILE_SUFFIX, SETTINGS } from '../config/settings.ts';
import type { Setting } from '../config/settings.ts';

/** The settings as `--help` shows them. */
export function settingsHelp(): string {
  const entries = (SETTINGS as readonly Setting[]).map((setting) => {
    const standard = setting.default === undefined ? '' : ` (${setting.default})`;
    return `  ${setting.name}${standard}\n      ${setting.meaning.replaceAll('`', '')}`;
  });
  return `\nSettings come from flags, the environment and .env, in this order:\n${entries.join('\n')}\n\nA secret can be read from a file: <NAME>${FILE_SUFFIX}.\n`;
}

/** The settings as the README's table; a test keeps the two the same. */
export function settingsMarkdown(): string {
  const rows = (SETTINGS as readonly Setting[]).map((setting) => {
    const standard = setting.default === undefined ? '' : `\`${setting.default}\``;
    const also =
      setting.aliases === undefined
        ? ''
        : ` (also ${setting.aliases.map((name) => `\`${name}\``).join(', ')})`;
    return `| \`${setting.name}\` | ${typeName(setting)} | ${standard} | ${setting.meaning}${also} |`;
  });
  return (
    ['| name | type | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n') + '\n'
  );
}

function typeName(setting: Setting): string {
  if (setting.choices !== undefined)
    return setting.choices.map((choice) => `\`${choice}\``).join(', ');
  return setting.kind === 'count' ? 'number' : setting.kind;
}
