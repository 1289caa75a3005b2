/**
 * The first invalid percent escape behind a URL's `#`, if there is one. Go's `url.Parse` refuses it; the schema's
 * `isURL` and `url`, which know of no fragment, do not see it when it stands behind a `?`.
 */
export function badFragmentEscape(url: string): string | undefined {
  const hash = url.indexOf('#');
  return hash < 0 ? undefined : /%(?![0-9A-Fa-f]{2}).{0,2}/s.exec(url.slice(hash))?.[0];
}
