import { DestinationRuleSpec } from '../../manifest/generated/istio-specs';

export interface ClientTls {
  readonly mode?: 'DISABLE' | 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL';
  readonly caCertificates?: string;
  readonly credentialName?: string;
}

/** Whether TLS of one's own leaves open against whose certificates the server is verified. */
export function namesNoAuthority(tls: ClientTls | undefined, { workloadSelector }: DestinationRuleSpec): boolean {
  if (tls?.mode !== 'SIMPLE' && tls?.mode !== 'MUTUAL') return false;
  // A credential is read by gateways, and by sidecars only where the rule names them.
  return !tls.caCertificates && !(tls.credentialName && workloadSelector !== undefined);
}
