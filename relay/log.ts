import { redact, redactText } from './redact.ts';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];
type LogFields = Readonly<Record<string, unknown>>;

/** Structured log. Secrets are removed here, so callers may pass what they have, but should pass facts. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger;
}

export interface LogOptions {
  /** Lowest level written. Default `info`. */
  readonly level?: LogLevel;
  /** `json`: one object a line, for collectors; `text`: for people. Default `json`. */
  readonly format?: 'json' | 'text';
  /** Takes a whole line; default writes to stderr, because stdout belongs to the protocol in stdio mode. */
  readonly write?: (line: string) => void;
  readonly now?: () => Date;
}

export function createLogger(options: LogOptions = {}): Logger {
  const lowest = LOG_LEVELS.indexOf(options.level ?? 'info');
  const write = options.write ?? ((line: string) => void process.stderr.write(line));
  const now = options.now ?? (() => new Date());
  const format = options.format === 'text' ? textLine : jsonLine;

  function logger(common: LogFields): Logger {
    const at =
      (level: LogLevel) =>
      (message: string, fields: LogFields = {}): void => {
        if (LOG_LEVELS.indexOf(level) < lowest) return;
        const facts = redact({ ...common, ...fields }) as LogFields;
        write(format(now().toISOString(), level, redactText(message), facts));
      };
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: (fields) => logger({ ...common, ...fields }),
    };
  }
  return logger({});
}

/** Writes nothing. */
export const silentLogger: Logger = createLogger({ level: 'silent' });

function jsonLine(time: string, level: LogLevel, message: string, fields: LogFields): string {
  return `${JSON.stringify({ ...fields, time, level, message })}\n`;
}

/** Line breaks inside values are written as `\n`, so that nobody can forge a line. */
function textLine(time: string, level: LogLevel, message: string, fields: LogFields): string {
  const facts = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  const oneLine = message.replace(/[\r\n]+/g, '\\n');
  return `${time} ${level.toUpperCase().padEnd(5)} ${oneLine}${facts.join('')}\n`;
}
