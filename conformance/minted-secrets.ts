import { ApiObject, App, Chart } from 'cdk8s';

/**
 * Secrets that the judge fills when the mesh starts, as YAML: what each of them asks for, by its name. They stand beside an
 * App, as to the checker a Secret without a key is a mistake.
 */
export function mintedSecrets(namespace: string, secrets: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const app = new App();
  const chart = new Chart(app, 'secrets', { namespace });
  for (const [name, asked] of Object.entries(secrets)) {
    const annotations = Object.fromEntries(Object.entries(asked).map(([key, value]) => [`judge.cdk8s-istio/${key}`, value]));
    const isCertificate = 'dns-names' in asked;
    new ApiObject(chart, name, { apiVersion: 'v1', kind: 'Secret', metadata: { name, annotations }, type: isCertificate ? 'kubernetes.io/tls' : 'Opaque' });
  }
  return app.synthYaml();
}
