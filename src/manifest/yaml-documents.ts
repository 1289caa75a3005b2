/** One document of a file. */
export interface DocumentText {
  readonly text: string;
  /** The line of the file that the text starts on, from 1. */
  readonly line: number;
}

const BYTE_ORDER_MARK = 0xfeff;

/**
 * Cuts a file at its markers: lines that start with `---` or `...` and a blank or nothing. YAML allows such a line
 * nowhere else, not even in a text, so that one document may be broken and the next is still found. What follows a
 * marker on its line belongs to the document. Documents of nothing but blanks and comments are left out.
 */
export function documentsOf(text: string): DocumentText[] {
  // A marker may follow the mark that a file begins with.
  const file = text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
  const documents: DocumentText[] = [];
  let start = 0;
  let line = 1;
  /** As far as lines are counted. */
  let counted = 0;
  let padding = '';
  for (let at = start; ;) {
    const marker = nextMarker(file, at);
    add(marker < 0 ? file.length : marker);
    if (marker < 0) return documents;
    const isEnd = file.charCodeAt(marker) === DOT;
    if (isEnd) {
      const next = file.indexOf('\n', marker);
      if (next < 0) return documents;
      start = at = next + 1;
      padding = '';
    } else {
      // The marker itself becomes blanks, and so columns stay what they are.
      start = at = marker + 3;
      padding = '   ';
    }
  }

  function add(end: number): void {
    for (let next = file.indexOf('\n', counted); next >= 0 && next < start; next = file.indexOf('\n', counted)) {
      line++;
      counted = next + 1;
    }
    let from = start;
    if (padding === '' && file.charCodeAt(from) === BYTE_ORDER_MARK) from++;
    if (hasContent(file, from, end)) documents.push({ text: padding + file.slice(from, end), line });
  }
}

const DOT = 0x2e;
const MARKER = /^(?:---|\.\.\.)(?=[ \t\r\n]|$(?![^]))/gm;

function nextMarker(file: string, from: number): number {
  // What follows a marker on its own line is at no line's start.
  MARKER.lastIndex = from;
  for (let match = MARKER.exec(file); match !== null; match = MARKER.exec(file)) {
    const before = match.index - 1;
    if (before < 0 || file.charCodeAt(before) === 0x0a) return match.index;
  }
  return -1;
}

/** Whether any line has something other than blanks and a comment. */
function hasContent(file: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = file.charCodeAt(at);
    if (code === 0x23) {
      const next = file.indexOf('\n', at);
      if (next < 0) return false;
      at = next;
    } else if (code > 0x20 || (code < 0x09 || (code > 0x0d && code < 0x20))) {
      return true;
    }
  }
  return false;
}
