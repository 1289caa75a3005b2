import * as cdk8s from 'cdk8s';
import * as constructs from 'constructs';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import * as library from '../src';

/** The fenced blocks of one language in a Markdown text. */
export function blocksOf(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((match) => match[1]);
}

/** Runs TypeScript as it stands in the documentation, with these variables in scope. */
export function runBlock(code: string, scope: Record<string, unknown> = {}): void {
  const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };
  const { outputText } = transpileModule(code, { compilerOptions });
  const modules: Record<string, unknown> = { 'cdk8s': cdk8s, 'constructs': constructs, 'cdk8s-istio': library };
  const load = (name: string) => modules[name] ?? require(name);
  new Function('require', 'exports', ...Object.keys(scope), `{${outputText}}`)(load, {}, ...Object.values(scope));
}
