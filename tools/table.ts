/** Text tables for a person: aligned, and coloured only where a terminal shows it. */

export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

/** Escape codes for a terminal, nothing for a file or a pipe (and https://no-color.org). */
export function styleOf(stream: NodeJS.WriteStream): Style {
  const coloured = Boolean(stream.isTTY) && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  const wrap = (open: number, close: number) => (text: string) => (coloured ? `\u001b[${open}m${text}\u001b[${close}m` : text);
  return { bold: wrap(1, 22), dim: wrap(2, 22) };
}

export interface TableOptions {
  readonly style: Style;
  /** Columns whose values are right-aligned, such as figures. */
  readonly right?: number[];
  /** Columns whose value is dimmed where it repeats the row above. */
  readonly repeating?: number[];
}

export function renderTable(header: string[], rows: string[][], { style, right = [], repeating = [] }: TableOptions): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const pad = (text: string, column: number) => {
    if (right.includes(column)) return text.padStart(widths[column]);
    return column === header.length - 1 ? text : text.padEnd(widths[column]);
  };
  const lines = rows.map((row, index) => row.map((text, column) => {
    const repeated = repeating.includes(column) && rows[index - 1]?.[column] === text;
    return repeated ? style.dim(pad(text, column)) : pad(text, column);
  }).join('  '));
  return [header.map((title, column) => style.bold(pad(title, column))).join('  '), ...lines].join('\n');
}
