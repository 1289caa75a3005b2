import { PeerAuthenticationSpec } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { deploymentYaml } from '../../example-objects';
import { specOf } from '../../facts/mesh-facts';
import { defineRule } from '../../rule';

export const mtlsNotStrict = defineRule({
  code: 'MESH3309',
  slug: 'mtls-not-strict',
  title: 'A PeerAuthentication lets plaintext in',
  severity: 'warning',
  preset: 'strict',
  aliases: [],
  sees: 'object',
  why: 'Plaintext has no identity: whoever reaches the pod may read along and may call it as nobody. DENY rules that name callers do not see it.',
  fix: 'Set STRICT; if some callers have no sidecar, open only the port that they need with `portLevelMtls`.',
  links: ['https://istio.io/latest/docs/ops/best-practices/security/#mutual-tls'],
  examples: {
    valid: [{
      title: 'STRICT',
      yaml: policy('{ mtls: { mode: STRICT } }'),
    }],
    invalid: [{
      title: 'PERMISSIVE',
      yaml: policy('{ mtls: { mode: PERMISSIVE } }'),
    }, {
      title: 'one port without mTLS',
      yaml: `${policy('{ selector: { matchLabels: { app: reviews } }, mtls: { mode: STRICT }, portLevelMtls: { "8080": { mode: DISABLE } } }')}${deploymentYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.PEER_AUTHENTICATION],
  check(object, { report }) {
    const { mtls, portLevelMtls = {} } = specOf<PeerAuthenticationSpec>(object);
    if (isOpen(mtls?.mode)) report({ path: 'spec.mtls.mode', message: `The mode is ${mtls!.mode}, which lets plaintext in.` });
    for (const port of Object.keys(portLevelMtls)) {
      const mode = portLevelMtls[port]?.mode;
      if (isOpen(mode)) report({ path: `spec.portLevelMtls["${port}"].mode`, message: `The mode of port ${port} is ${mode}, which lets plaintext in.` });
    }
  },
});

function isOpen(mode: string | undefined): boolean {
  return mode === 'PERMISSIVE' || mode === 'DISABLE';
}

function policy(spec: string): string {
  return `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: ${spec}
`;
}
