import { isMisreadByKubernetes, unreadableCharacter } from '../semantics/yaml-scalar';

/** What is wrong with the first string, value or key, that Kubernetes would read as something else; undefined when there is none. */
export function misreadIn(json: unknown): string | undefined {
  const misread = find(json);
  if (!misread) return undefined;
  const field = misread.path.reverse().join('.').replaceAll('.[', '[');
  const character = unreadableCharacter(misread.text);
  if (character) return `${field} contains ${character}, which Kubernetes' YAML reader refuses or takes for a line break. Leave it out.`;
  return `${field} is the string "${misread.text}", which cdk8s writes without quotes and Kubernetes then reads as a number. `
    + `Choose another value${field.includes('.match') ? `, or match it by the regex "(${misread.text})"` : ''}.`;
}

/** With its path from the inside out. */
function find(value: unknown): { text: string; path: string[] } | undefined {
  if (typeof value === 'string') return isMisread(value) ? { text: value, path: [] } : undefined;
  if (value === null || typeof value !== 'object') return undefined;
  const isArray = Array.isArray(value);
  for (const key in value) {
    if (!isArray && isMisread(key)) return { text: key, path: ['a key'] };
    const found = find((value as Record<string, unknown>)[key]);
    if (found) {
      found.path.push(isArray ? `[${key}]` : key);
      return found;
    }
  }
  return undefined;
}

function isMisread(text: string): boolean {
  return isMisreadByKubernetes(text) || unreadableCharacter(text) !== undefined;
}
