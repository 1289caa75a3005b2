import { UsageError } from './usage-error';
import { DOCUMENTED_CODES, DocumentedCode, pageOf } from '../check/documented-code';
import { RULES } from '../check/rules';

export function explainCommand(args: readonly string[]): number {
  const [wanted, ...rest] = args;
  if (wanted === undefined || rest.length > 0) throw new UsageError('Name one code, such as: cdk8s-istio explain MESH3101');
  const name = wanted.toUpperCase();
  const found: DocumentedCode[] = [...RULES, ...DOCUMENTED_CODES]
    .filter(({ code, slug, aliases }) => code === name || slug === wanted.toLowerCase() || aliases.includes(name));
  if (found.length === 0) throw new UsageError(`There is no code '${wanted}'. See: cdk8s-istio rules`);
  process.stdout.write(found.map(explained).join('\n'));
  return 0;
}

function explained({ code, slug, title, aliases, why, fix, links }: DocumentedCode): string {
  return [
    `${code}  ${title}${aliases.length > 0 ? `  (${aliases.join(', ')})` : ''}`,
    `  Why: ${why}`,
    `  Fix: ${fix}`,
    ...links.map((link) => `  See: ${link}`),
    `  Page: ${pageOf(slug)}`,
    '',
  ].join('\n');
}
