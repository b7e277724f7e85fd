import { Command, CommanderError } from 'commander';
import { ConfigurationError, readConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { RelayError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import { PRODUCT } from '../version.ts';
import { forgetAccess, listAccess, setAccess, setReadOnly } from './access.ts';
import { exportAudit, listAudit } from './audit.ts';
import type { AuditFlags } from './audit.ts';
import { doctor } from './doctor.ts';
import { listGrants, revokeGrant } from './grants.ts';
import { rotateKeys } from './keys.ts';
import { deleteRegistration } from './registration.ts';
import { serve } from './serve.ts';
import { settingsHelp } from './settings-help.ts';
import { stdio } from './stdio.ts';
import type { Terminal } from './terminal.ts';
import { exportText, knownTools, listText, searchText, showText } from './tools.ts';
import type { ToolsOptions } from './tools.ts';

interface ListenFlags {
  readonly host?: string;
  readonly port?: string;
}

/** Runs one command line; gives the exit code: 0 well, 1 failed, 2 not understood or misconfigured. */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = programFor(terminal, (code) => {
    exitCode = code;
  });
  const [first = ''] = words;
  const commands = [...program.commands.map((known) => known.name()), 'help'];
  // commander would take it for an argument of the default command
  if (/^\w/.test(first) && !commands.includes(first)) {
    terminal.err(`There is no command ${JSON.stringify(first)}.${didYouMean(first, commands)}\n`);
    return 2;
  }
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    if (thrown instanceof ConfigurationError) {
      terminal.err(`${thrown.message}\n`);
      return 2;
    }
    if (thrown instanceof RangeError || thrown instanceof RelayError) {
      const hint = thrown instanceof RelayError ? thrown.hint : undefined;
      terminal.err(`${thrown.message}${hint === undefined ? '' : `\n  → ${hint}`}\n`);
      return 1;
    }
    throw thrown;
  }
}

function programFor(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const program = new Command(PRODUCT.name)
    .description('Lets MCP clients work in a Nextcloud as one of its users.')
    .version(PRODUCT.version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', settingsHelp);
  settle(program, terminal);

  command(program, terminal, 'serve', { isDefault: true })
    .description('serve MCP over HTTP at /mcp (this is what happens without a command)')
    .option('--host <address>', 'address to listen on (HOST)')
    .option('--port <number>', 'port to listen on (PORT)')
    .addHelpText('after', settingsHelp)
    .action(async (flags: ListenFlags) => serve(configFor(terminal, flags), terminal));

  command(program, terminal, 'stdio')
    .description('serve MCP over stdin and stdout, for clients that start their servers')
    .addHelpText('after', settingsHelp)
    .action(async () => stdio(configFor(terminal, {}), terminal));

  command(program, terminal, 'doctor')
    .description('check the connection to Nextcloud and say what to do about what is wrong')
    .option('--json', 'answer as JSON', false)
    .action(async (flags: { json: boolean }) => {
      finish(await doctor(configFor(terminal, {}), terminal, flags));
    });

  tools(program, terminal);
  storeCommands(program, terminal, finish);
  accessCommands(program, terminal, finish);
  return program;
}

/** What an administrator does with the store of a gateway where people sign in. */
function storeCommands(
  program: Command,
  terminal: Terminal,
  finish: (exitCode: number) => void,
): void {
  const grants = command(program, terminal, 'grants').description(
    'what people allowed the gateway to keep',
  );
  command(grants, terminal, 'list')
    .description('list it; no secret is shown')
    .option('--json', 'answer as JSON', false)
    .action(async (flags: { json: boolean }) =>
      listGrants(configFor(terminal, {}), terminal, flags),
    );
  command(grants, terminal, 'revoke')
    .description('take it back from a person, here and at its source')
    .argument('<subject>', 'the person, as their tokens name them (sub)')
    .option('--issuer <url>', 'the issuer that knows them, where several are trusted')
    .action(async (subject: string, { issuer }: { issuer?: string }) => {
      finish(await revokeGrant(configFor(terminal, {}), terminal, subject, issuer));
    });

  const audit = command(program, terminal, 'audit').description('who did what');
  const look = (
    name: string,
    description: string,
    run: (config: Config, terminal: Terminal, flags: AuditFlags) => Promise<void>,
  ): Command =>
    command(audit, terminal, name)
      .description(description)
      .option('--since <time>', 'from then on, e.g. 2026-01-31')
      .option('--until <time>', 'before then')
      .option('--event <name>', 'only these, e.g. tool.called')
      .option('--subject <name>', 'only this person')
      .option('--issuer <url>', 'the issuer that knows the person')
      .action(async (flags: AuditFlags) => run(configFor(terminal, {}), terminal, flags));
  look('list', 'show the newest entries', listAudit).option('--limit <number>', 'how many');
  look('export', 'write all as lines of JSON, oldest first', exportAudit);

  const registration = command(program, terminal, 'registration').description(
    'the client that the gateway registered for itself at the identity provider',
  );
  command(registration, terminal, 'delete')
    .description('give it back (RFC 7592)')
    .action(async () => {
      finish(await deleteRegistration(configFor(terminal, {}), terminal));
    });

  const keys = command(program, terminal, 'keys').description('keys of stored secrets');
  command(keys, terminal, 'rotate')
    .description('rewrite all secrets under the first key of TOKEN_ENCRYPTION_KEY=new,old')
    .action(async () => {
      finish(await rotateKeys(configFor(terminal, {}), terminal));
    });
}

/** An administrator's lists of people and clients. */
function accessCommands(
  program: Command,
  terminal: Terminal,
  finish: (exitCode: number) => void,
): void {
  const access = command(program, terminal, 'access').description(
    'who may come in, and who may only read',
  );
  const kind = 'client (its id), user (Nextcloud user id, or sub) or group (Nextcloud group id)';
  command(access, terminal, 'list')
    .description('show the lists')
    .option('--json', 'answer as JSON', false)
    .action(async (flags: { json: boolean }) =>
      listAccess(configFor(terminal, {}), terminal, flags),
    );
  for (const effect of ['allow', 'deny'] as const) {
    command(access, terminal, effect)
      .description(effect === 'allow' ? 'let in, and nobody else of that kind' : 'keep out')
      .argument('<kind>', kind)
      .argument('<name>')
      .action(async (of: string, name: string) =>
        setAccess(configFor(terminal, {}), terminal, effect, of, name),
      );
  }
  command(access, terminal, 'forget')
    .description('take a rule back')
    .argument('<kind>', kind)
    .argument('<name>')
    .action(async (of: string, name: string) => {
      finish(await forgetAccess(configFor(terminal, {}), terminal, of, name));
    });
  command(access, terminal, 'read-only')
    .description('let a person read and change nothing')
    .argument('<user>', 'Nextcloud user id, or sub where an identity provider is used')
    .option('--off', 'let them change things again', false)
    .option('--issuer <url>', 'the issuer that knows them, where several are trusted')
    .action(async (name: string, flags: { off: boolean; issuer?: string }) =>
      setReadOnly(configFor(terminal, {}), terminal, name, flags),
    );
}

function tools(program: Command, terminal: Terminal): void {
  const group = command(program, terminal, 'tools').description(
    'look at the tools without a Nextcloud',
  );
  const add = (
    name: string,
    description: string,
    text: (options: ToolsOptions, words: readonly string[]) => string,
  ): void => {
    command(group, terminal, name)
      .description(description)
      .option('--release <major>', 'Nextcloud major version, e.g. 32')
      .option('--toolset <name>', 'only tools of this toolset')
      .option('--json', 'answer as JSON', false)
      .action((...parameters: unknown[]) => {
        const words = parameters.slice(0, -2).flat() as string[];
        terminal.out(text(parameters.at(-2) as ToolsOptions, words));
      });
  };
  const known = (options: ToolsOptions) => knownTools(configFor(terminal, {}), options);
  add('list', 'list them', (options) => listText(known(options), options));
  add('search <words...>', 'find them by what they do', (options, words) =>
    searchText(known(options), words.join(' '), options),
  );
  add('show <name>', 'show one with its arguments', (options, [name = '']) =>
    showText(known(options), name, options),
  );
  add('export', 'write them as tools/list shows them (JSON)', (options) =>
    exportText(known(options)),
  );
}

function command(
  parent: Command,
  terminal: Terminal,
  name: string,
  options: { isDefault?: boolean } = {},
): Command {
  const made = parent.command(name, options).helpOption('-h, --help', 'show this help');
  return settle(made, terminal).version(PRODUCT.version, '-V, --version', 'show the version');
}

function settle(target: Command, terminal: Terminal): Command {
  return target
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => {
        terminal.out(text);
      },
      writeErr: (text) => {
        terminal.err(text);
      },
      getOutHelpWidth: () => terminal.columns,
    });
}

function configFor(terminal: Terminal, flags: ListenFlags): Config {
  return readConfig({
    flags: { HOST: flags.host, PORT: flags.port },
    environment: terminal.environment,
    ...(terminal.dotenv === undefined ? {} : { dotenv: terminal.dotenv }),
    readFile: (path) => terminal.readFile(path),
  });
}
