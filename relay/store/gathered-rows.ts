export interface GatheredRowsOptions<Row> {
  readonly insert: (rows: readonly Row[]) => Promise<unknown>;
  /** Milliseconds that a row waits at most for others. */
  readonly waitMs: number;
  /** Rows that are written together at most. */
  readonly most: number;
}

export interface GatheredRows<Row> {
  /** Resolves when the row is written. */
  add(row: Row): Promise<void>;
  /** Writes at once what waits; resolves when everything so far is written, or has failed. */
  flush(): Promise<void>;
}

interface Batch<Row> {
  readonly rows: Row[];
  readonly timer: NodeJS.Timeout;
  readonly written: Promise<void>;
  write(): void;
}

/** Rows that come close together are written by one statement: on a disk, one commit costs more than many rows. */
export function gatheredRows<Row>(options: GatheredRowsOptions<Row>): GatheredRows<Row> {
  const underWay = new Set<Promise<void>>();
  let open: Batch<Row> | undefined;

  function close(): void {
    if (open === undefined) return;
    clearTimeout(open.timer);
    open.write();
    open = undefined;
  }

  function begin(): Batch<Row> {
    const rows: Row[] = [];
    const starting = { write: (): void => undefined };
    const written = new Promise<void>((resolve) => {
      starting.write = resolve;
    }).then(async () => {
      await options.insert(rows);
    });
    underWay.add(written);
    const forget = (): boolean => underWay.delete(written);
    written.then(forget, forget);
    return { rows, timer: setTimeout(close, options.waitMs), written, write: starting.write };
  }

  return {
    add(row) {
      open ??= begin();
      const { rows, written } = open;
      rows.push(row);
      if (rows.length >= options.most) close();
      return written;
    },
    async flush() {
      close();
      await Promise.allSettled(underWay);
    },
  };
}
