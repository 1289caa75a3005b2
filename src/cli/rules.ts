import { UsageError } from './usage-error';
import { severityIn } from '../check/check-options';
import { THEMES } from '../check/rule';
import { RULES } from '../check/rules';
import { PRESETS } from '../check/severity';

export function rulesCommand(args: readonly string[]): number {
  if (args.length > 0) throw new UsageError(`'${args.join(' ')}' is too much: rules takes nothing.`);
  const rules = [...RULES].sort((a, b) => a.code.localeCompare(b.code));
  const wide = Math.max(...rules.map(({ slug }) => slug.length));
  const lines = [`${'code'.padEnd(8)}  ${'rule'.padEnd(wide)}  ${PRESETS.map((preset) => preset.padEnd(11)).join('  ')}`];
  let theme = '';
  for (const rule of rules) {
    if (rule.code.slice(4, 6) !== theme) {
      theme = rule.code.slice(4, 6);
      lines.push('', THEMES[theme]);
    }
    lines.push(`${rule.code}  ${rule.slug.padEnd(wide)}  ${PRESETS.map((preset) => severityIn(rule, preset).padEnd(11)).join('  ')}`.trimEnd());
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
