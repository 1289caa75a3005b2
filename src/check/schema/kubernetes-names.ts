/** Names as the API server judges them. Unlike `semantics/`, which also asks what DNS would say. */

const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const NAME_PART = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const PLAIN_KEY = /^[A-Za-z0-9]{1,63}$/;

/** A name of most objects. Labels between its dots may be longer than 63. */
export function isDnsSubdomain(name: string): boolean {
  return name.length <= 253 && SUBDOMAIN.test(name);
}

/** A name of a namespace. */
export function isDnsLabel(name: string): boolean {
  return name.length <= 63 && LABEL.test(name);
}

/** A key of a label, a finalizer: a name, perhaps with a domain and a slash before it. */
export function isQualifiedName(key: string): boolean {
  if (PLAIN_KEY.test(key)) return true;
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  return name.length <= 63 && NAME_PART.test(name) && (slash < 0 || isDnsSubdomain(key.slice(0, slash)));
}

/** A key of an annotation: as that of a label, whatever its case. */
export function isAnnotationKey(key: string): boolean {
  // Go makes an `i` of a capital dotted one, JavaScript makes two characters of it.
  return PLAIN_KEY.test(key) || isQualifiedName(key.replace(/\u0130/g, 'i').toLowerCase());
}

export function isLabelValue(value: string): boolean {
  return value === '' || (value.length <= 63 && NAME_PART.test(value));
}
