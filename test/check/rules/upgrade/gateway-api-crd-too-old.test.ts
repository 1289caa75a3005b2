import { said } from '../said';

const crd = (name: string, version: string) => said('MESH4201', `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${name}.gateway.networking.k8s.io
  annotations: { gateway.networking.k8s.io/bundle-version: "${version}" }
spec: {}
`);

describe('MESH4201: versions of the Gateway API', () => {
  test('numbers are compared as numbers, part by part', () => {
    expect(crd('tcproutes', 'v1.10.0')).toEqual([]);
    expect(crd('tcproutes', 'v2.0.0')).toEqual([]);
    expect(crd('tcproutes', 'v0.9.9')).toHaveLength(1);
  });

  test('a pre-release counts as its release', () => {
    expect(crd('tlsroutes', 'v1.5.0-rc.1')).toEqual([]);
    expect(crd('tlsroutes', 'v1.4.0-rc.1')).toHaveLength(1);
  });

  test('of other kinds and of no version nothing is said', () => {
    expect(crd('httproutes', 'v0.1.0')).toEqual([]);
    expect(crd('tlsroutes', 'main')).toEqual([]);
  });
});
