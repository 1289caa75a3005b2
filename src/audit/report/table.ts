/** Lines of a table whose columns are as wide as they have to be, and together no wider than told. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], width: number): string[][] {
  const widths = fitted(header.map((title, i) => Math.max(title.length, ...rows.map((row) => longest(row[i])))), header, rows, width);
  return [header, ...rows].map((row) => {
    const cells = row.map((text, i) => wrapped(text, widths[i]));
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) => cells.map((lines, i) => (lines[line] ?? '').padEnd(i === cells.length - 1 ? 0 : widths[i])).join(GAP).trimEnd());
  });
}

const GAP = '  ';

function longest(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}

/** The widest columns give way first; none below its longest word, as names are copied. */
function fitted(natural: readonly number[], header: readonly string[], rows: readonly (readonly string[])[], width: number): number[] {
  const least = natural.map((_, i) => Math.max(header[i].length, ...rows.map((row) => Math.max(...row[i].split(/\s/).map((word) => word.length)))));
  const widths = [...natural];
  const total = () => widths.reduce((sum, each) => sum + each, GAP.length * (widths.length - 1));
  while (total() > width) {
    let widest = -1;
    widths.forEach((each, i) => {
      if (each > least[i] && (widest < 0 || each > widths[widest])) widest = i;
    });
    if (widest < 0) break;
    widths[widest]--;
  }
  return widths;
}

export function wrapped(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else {line = line === '' ? word : `${line} ${word}`;}
    }
    return [...lines, line];
  });
}
