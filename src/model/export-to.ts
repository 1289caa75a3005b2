import { isDnsLabel } from '../semantics/kubernetes-name';

/** Throws for what Istio's webhook refuses as the namespaces that see a configuration. */
export function checkExportTo(path: string, namespace: string, exportTo: readonly string[] | undefined): void {
  if (exportTo === undefined) return;
  if (exportTo.length === 0) throw new Error(`[${path}] exportTo is empty, which Istio takes for all namespaces. Say ["*"], or leave it out; "." is the service's own namespace.`);
  const wrong = exportTo.find((item) => item !== '.' && item !== '*' && !isDnsLabel(item));
  if (wrong !== undefined) throw new Error(`[${path}] exportTo: "${wrong}" is neither a namespace, nor "." (its own), nor "*" (all).`);
  const spelled = exportTo.map((item) => (item === '.' ? namespace : item));
  const twice = exportTo.find((_, index) => spelled.indexOf(spelled[index]) !== index);
  if (twice !== undefined) throw new Error(`[${path}] exportTo names "${twice}" twice${twice === '.' || exportTo.includes('.') ? ` ("." is ${namespace})` : ''}.`);
  if (exportTo.includes('*') && exportTo.length > 1) throw new Error(`[${path}] exportTo: "*" is all namespaces; nothing can stand beside it.`);
}
