import { headline, remarksOf } from './remarks';
import { becauseText, exceptionText, factsOf, onlyIfText, portsText, requestsText } from './words';
import { Access } from '../access';
import { summaryOf } from '../summary';

const HEADER = ['Caller', 'Ports', 'Requests', 'Only if', 'Except', 'Because'];

/** For a pull request or a wiki. */
export function markdownReport(access: Access): string {
  const lines = ['# Who may call whom', '', headline(access), ''];
  for (const one of access.targets) {
    const { target, rows } = one;
    lines.push(`## ${escaped(target.title)}`, '');
    const facts = factsOf(target);
    if (facts.length > 0) lines.push(escaped(facts.join(', ')), '');
    if (rows.length === 0) {lines.push('Nobody is let in.', '');} else {
      lines.push(row(HEADER), row(HEADER.map(() => '---')), ...rows.map((each) => row([
        each.caller, portsText(each), requestsText(each), onlyIfText(each), each.exceptions.map(exceptionText).join('\n'), becauseText(each, each.reason),
      ].map(escaped))), '');
    }
    const { refused, plaintext } = summaryOf(one, access);
    const nobody = [...refused.map(({ name }) => name), ...(plaintext ? [] : ['anyone without mTLS'])];
    if (nobody.length > 0) lines.push(`Refused to: ${escaped(nobody.join(', '))}`, '');
  }
  for (const { title, lines: those } of remarksOf(access)) lines.push(`## ${title}`, '', ...those.map((line) => `- ${escaped(line)}`), '');
  return `${lines.join('\n').trimEnd()}\n`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Text that says in Markdown what it says here: names of others must not become markup. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~&!]/g, (character) => character === '<' ? '&lt;' : character === '>' ? '&gt;' : character === '&' ? '&amp;' : `\\${character}`).replace(/\n/g, '<br>');
}
