import { isNameCharacter } from './yaml-characters';
import { YamlFault } from './yaml-fault';
import type { YamlScanner } from './yaml-scanner';

const CORE = 'tag:yaml.org,2002:';

export const Tag = {
  NONE: '',
  /** `!` alone: not to be taken for anything but text. */
  NON_SPECIFIC: '!',
  STRING: `${CORE}str`,
  BOOLEAN: `${CORE}bool`,
  INTEGER: `${CORE}int`,
  FLOAT: `${CORE}float`,
  NULL: `${CORE}null`,
  TIMESTAMP: `${CORE}timestamp`,
  BINARY: `${CORE}binary`,
  MERGE: `${CORE}merge`,
} as const;

const URI_PUNCTUATION = ';/?:@&=+$,.!~*\'()[]%';

/** Reads a tag, such as `!!str`, and returns it in full, such as `tag:yaml.org,2002:str`. */
export function scanTag(scanner: YamlScanner): string {
  const { text, position: start } = scanner;
  let tag: string;
  if (text.charCodeAt(start + 1) === 0x3c) {
    scanner.position += 2;
    tag = scanUri(scanner, start);
    if (text.charCodeAt(scanner.position) !== 0x3e) throw fault(start, 'A tag that starts with !< must end with >.');
    scanner.position++;
    if (tag === '') throw fault(start, 'The tag !<> has no name.');
  } else {
    let at = start + 1;
    while (isNameCharacter(text.charCodeAt(at))) at++;
    if (text.charCodeAt(at) === 0x21) {
      const handle = text.slice(start, at + 1);
      scanner.position = at + 1;
      const suffix = scanUri(scanner, start);
      if (suffix === '') throw fault(start, `The tag ${handle} has no name.`);
      if (handle !== '!!') throw fault(start, `The tag ${handle}${suffix} has a prefix that nothing defines.`);
      tag = CORE + suffix;
    } else {
      scanner.position = at;
      tag = text.slice(start, at) + scanUri(scanner, start);
    }
  }
  if (!scanner.isSpaceLike(scanner.position)) throw fault(start, 'A tag must be followed by a space.');
  return tag;
}

function scanUri(scanner: YamlScanner, start: number): string {
  const { text, position: from } = scanner;
  let at = from;
  let escaped = false;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === 0 || !(isNameCharacter(code) || URI_PUNCTUATION.includes(text[at]))) break;
    escaped ||= code === 0x25;
    at++;
  }
  scanner.position = at;
  const uri = text.slice(from, at);
  if (!escaped) return uri;
  try {
    return decodeURIComponent(uri);
  } catch {
    throw fault(start, `The tag's name ${uri} has a % that starts no escaped character.`);
  }
}

function fault(start: number, message: string): YamlFault {
  return new YamlFault(start, message, 'Quote the text if the ! belongs to it; resources need no tags.');
}
