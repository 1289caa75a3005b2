/* What READMEs of plans are made of. */

/** Blocks with an empty line between them. */
export function page(blocks: readonly string[]): string {
  return `${blocks.join('\n\n')}\n`;
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Commands of a shell. */
export function shell(commands: string): string {
  return fenced('sh', commands);
}

export function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
