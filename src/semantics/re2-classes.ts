/** Scripts that Go's tables have (Unicode 15). Go finds no name of several words, such as Old_Italic. */
const SCRIPTS = `
  Adlam Ahom Arabic Armenian Avestan Balinese Bamum Batak Bengali Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Carian Chakma Cham
  Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cyrillic Deseret Devanagari Dogra Duployan Elbasan Elymaic Ethiopic Georgian
  Glagolitic Gothic Grantha Greek Gujarati Gurmukhi Han Hangul Hanunoo Hatran Hebrew Hiragana Inherited Javanese Kaithi Kannada Katakana
  Kawi Kharoshthi Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen
  Medefaidrin Miao Modi Mongolian Mro Multani Myanmar Nabataean Nandinagari Newa Nko Nushu Ogham Oriya Osage Osmanya Palmyrene Phoenician
  Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham Sinhala Sogdian Soyombo Sundanese Syriac Tagalog Tagbanwa Takri Tamil Tangsa
  Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Yezidi Yi`;

const CATEGORIES = 'C Cc Cf Cn Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs';

/** Long names of categories; the last line has classes that are no category, with one of their size. */
const LONG_NAMES = `
  Casedletter=L Closepunctuation=Pe Combiningmark=M Connectorpunctuation=Pc Control=Cc Currencysymbol=Sc Dashpunctuation=Pd
  Decimalnumber=Nd Enclosingmark=Me Finalpunctuation=Pf Format=Cf Initialpunctuation=Pi Letter=L Letternumber=Nl Lineseparator=Zl
  Lowercaseletter=Ll Mark=M Mathsymbol=Sm Modifierletter=Lm Modifiersymbol=Sk Nonspacingmark=Mn Number=N Openpunctuation=Ps Other=C
  Otherletter=Lo Othernumber=No Otherpunctuation=Po Othersymbol=So Paragraphseparator=Zp Privateuse=Co Punctuation=P Separator=Z
  Spaceseparator=Zs Spacingmark=Mc Surrogate=Cs Symbol=S Titlecaseletter=Lt Unassigned=Cn Uppercaseletter=Lu Cntrl=Cc Digit=Nd Punct=P
  Lc=L Any=Any Ascii=Nd Assigned=L`;

const words = (text: string): string[] => text.trim().split(/\s+/);
let classes: ReadonlyMap<string, string> | undefined;

function readClasses(): ReadonlyMap<string, string> {
  return new Map([
    ...[...words(SCRIPTS), ...words(CATEGORIES)].map((name): [string, string] => [name, name]),
    ...words(LONG_NAMES).map((entry) => entry.split('=') as [string, string]),
  ]);
}

/** Quoted text, a class such as `\p{Greek}`, `\p{^lu}` or `\pL`, or any other escape. */
const ESCAPE = /\\Q[^]*?(?:\\E|$)|\\([pP])(?:\{(\^?)([^}]*)\}|([^{]))|\\[^]/gu;

/**
 * Writes the classes of a regular expression as every version of RE2 knows them: Go alone takes `\p{Letter}` and
 * `\p{greek}`, and others take scripts that Go does not.
 * @returns the regular expression, or the class that Go does not know
 */
export function withKnownClasses(pattern: string): { readonly pattern: string } | { readonly unknown: string } {
  if (!/\\p/i.test(pattern)) return { pattern };
  classes ??= readClasses();
  let unknown: string | undefined;
  const written = pattern.replace(ESCAPE, (escape: string, p?: string, negated = '', long?: string, short?: string) => {
    if (p === undefined) return escape;
    const name = classes!.get(canonicalName(long ?? short!));
    if (name === undefined) unknown ??= escape;
    return `\\${p}{${negated}${name}}`;
  });
  return unknown === undefined ? { pattern: written } : { unknown };
}

/** A capital, then small letters, without anything between words: as Go looks names up. */
function canonicalName(name: string): string {
  const letters = name.replace(/[-_ ]/g, '').replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return letters.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}
