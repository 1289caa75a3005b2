import { IMeshProvider } from './mesh-provider';
import { describeValue } from '../semantics/describe-value';

/** What programs without types give where a provider of the mesh is meant. */
export function checkMeshProvider(what: string, value: unknown): asserts value is IMeshProvider {
  const { name } = (value ?? {}) as Partial<IMeshProvider>;
  if (typeof value === 'object' && typeof name === 'string' && name !== '' && 'entry' in value!) return;
  throw new Error(`${what}: the provider is ${describeValue(value)}. Give an ExtensionProvider or a TelemetryProvider.`);
}
