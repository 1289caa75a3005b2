import { DestinationRuleTrafficPolicyTls as ClientTls } from '../../../manifest/generated/istio-specs';
import { FieldPath } from '../field-path';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';

const CONFIG_MAP = 'configmap://';
const FILES = ['clientCertificate', 'privateKey', 'caCertificates', 'caCrl'] as const;

/** How a client encrypts. */
export function checkClientTls(tls: ClientTls, at: FieldPath, namespace: string, report: WebhookReport): void {
  const { mode, credentialName } = tls;
  if (credentialName?.startsWith(CONFIG_MAP)) checkConfigMap(credentialName, at, namespace, report);
  if (mode !== 'SIMPLE' && mode !== 'MUTUAL') return;
  if (tls.insecureSkipVerify) checkNothingVerified(tls, at, report);
  if (credentialName) {
    for (const field of FILES) {
      if (!tls[field]) continue;
      report.error(`${at}.${field}`, `The certificates come from the Secret ${quoted(credentialName)} and from the file ${quoted(tls[field]!)} at once.`,
        `Remove ${field} and put its content into the Secret, or remove credentialName.`);
    }
  } else if (mode === 'MUTUAL') {
    for (const field of ['clientCertificate', 'privateKey'] as const) {
      if (tls[field]) continue;
      report.error(`${at}.${field}`, `Mutual TLS needs a certificate of the client, and ${field} is not given.`,
        'Give clientCertificate and privateKey, or credentialName. For certificates that Istio issues, write mode: ISTIO_MUTUAL.');
    }
  }
}

/** A ConfigMap is read in the rule's own namespace only. */
function checkConfigMap(name: string, at: FieldPath, namespace: string, report: WebhookReport): void {
  const [configMapNamespace, configMap] = name.slice(CONFIG_MAP.length).split('/');
  if (configMap && configMapNamespace === namespace) return;
  report.error(`${at}.credentialName`, `${quoted(name)} is not a ConfigMap of the namespace ${quoted(namespace)}.`, `Write ${CONFIG_MAP}${namespace}/<name>.`);
}

/** Nothing that says what to verify goes with verifying nothing. */
function checkNothingVerified(tls: ClientTls, at: FieldPath, report: WebhookReport): void {
  const unused = [
    tls.caCertificates ? 'caCertificates' : undefined,
    // A Secret for mutual TLS may hold the client's certificate only.
    tls.credentialName && tls.mode === 'SIMPLE' ? 'credentialName' : undefined,
    tls.subjectAltNames && tls.subjectAltNames.length > 0 ? 'subjectAltNames' : undefined,
  ];
  for (const field of unused) {
    if (field === undefined) continue;
    report.error(`${at}.${field}`, `With insecureSkipVerify the server's certificate is not verified, so ${field} has nothing to do.`, `Remove insecureSkipVerify, or ${field}.`);
  }
}
