import { join } from 'node:path';
import * as ts from 'typescript';

/** Beside this file, in memory: from here, Grafana's package is found. */
const FILE = join(__dirname, 'the-dashboard.ts');

/** Grafana's own types as JSON has them (enums as their values, no methods), with those of its plugins in their places. */
const TYPES = `
import { Dashboard, FieldConfig, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import { FieldConfig as GraphFieldConfig, Options } from '@grafana/grafana-foundation-sdk/timeseries';

type Wire<T> =
  T extends string ? \`\${T}\`
    : T extends number | boolean | null | undefined ? T
      : T extends readonly (infer U)[] ? Wire<U>[]
        : T extends object ? { [K in keyof T as T[K] extends (...parameters: any[]) => unknown ? never : K]: Wire<T[K]> } : T;
type TimeSeries = Omit<Wire<Panel>, 'type' | 'targets' | 'options' | 'fieldConfig'> & {
  type: 'timeseries';
  targets: Wire<Dataquery>[];
  options: Wire<Options>;
  fieldConfig: { defaults: Omit<Wire<FieldConfig>, 'custom'> & { custom: Wire<GraphFieldConfig> }; overrides: never[] };
};
type Known = Omit<Wire<Dashboard>, 'panels'> & { panels: (TimeSeries | Wire<RowPanel>)[] };
`;

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
};

/** What Grafana's types have against a dashboard: fields that it does not know, values that it does not take, what is missing. */
export function grafanaProblems(dashboard: object): string[] {
  const text = `${TYPES}\nexport const dashboard: Known = ${JSON.stringify(dashboard, undefined, 1)};\n`;
  const host = ts.createCompilerHost(OPTIONS);
  const { getSourceFile, fileExists, readFile } = host;
  const written = ts.createSourceFile(FILE, text, ts.ScriptTarget.ES2022);
  host.getSourceFile = (name, ...rest) => name === FILE ? written : getSourceFile.call(host, name, ...rest);
  host.fileExists = (name) => name === FILE || fileExists.call(host, name);
  host.readFile = (name) => name === FILE ? text : readFile.call(host, name);
  const program = ts.createProgram([FILE], OPTIONS, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}
