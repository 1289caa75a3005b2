/** A value that somebody passed by mistake, for messages: short, with its construct's path where it has one. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return `the function ${value.name}`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(describeValue).join(', ')}]`;
  const { kind, node } = value as { kind?: string; node?: { path?: string } };
  const name = value.constructor?.name ?? 'Object';
  if (typeof node?.path === 'string') return `the ${kind ?? name} [${node.path}]`;
  return name === 'Object' ? `an object with ${Object.keys(value).join(', ') || 'nothing in it'}` : `a ${name}`;
}
