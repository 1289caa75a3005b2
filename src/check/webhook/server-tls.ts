import { quoted } from './quoted';
import { WebhookReport } from './webhook-check';
import { GatewayServersTls } from '../../manifest/generated/istio-specs';
import { CIPHER_SUITES, isCipherSuite } from '../../semantics/cipher-suite';

type ServerTls = GatewayServersTls;

/**
 * The `tls` of a Gateway's server or of a Sidecar's ingress listener, which is item `index` of `spec.<list>`.
 * How many certificates there may be, and that `credentialNames` stands alone, the schema has seen to.
 */
export function checkServerTls(tls: ServerTls, list: 'servers' | 'ingress', index: number, report: WebhookReport): void {
  const path = `spec.${list}[${index}].tls`;
  checkCipherSuites(tls, path, report);
  const mode = tls.mode ?? 'PASSTHROUGH';
  switch (mode) {
    case 'ISTIO_MUTUAL':
      checkNoCertificate(tls, path, report);
      break;
    case 'PASSTHROUGH':
    case 'AUTO_PASSTHROUGH':
      checkPassThrough(tls, mode, path, report);
      break;
    default:
      checkTermination(tls, mode, path, report);
  }
}

function checkCipherSuites(tls: ServerTls, path: string, report: WebhookReport): void {
  const oldest = tls.minProtocolVersion;
  if ((oldest === 'TLSV1_0' || oldest === 'TLSV1_1') && !tls.cipherSuites?.length) {
    report.warning(`${path}.minProtocolVersion`, `The cipher suites of ${oldest} are not among the default ones, so clients that know nothing newer still cannot connect.`,
      'List them in cipherSuites, for example ECDHE-RSA-AES128-SHA, or require TLSV1_2.');
  }
  if (tls.cipherSuites === undefined) return;
  const seen = new Set<string>();
  tls.cipherSuites.forEach((suite, i) => {
    if (!isCipherSuite(suite)) {
      report.warning(`${path}.cipherSuites[${i}]`, `Envoy knows no cipher suite ${quoted(suite)}; it is ignored.`,
        `The names are OpenSSL's: ${CIPHER_SUITES}.`);
    } else if (seen.has(suite)) {
      report.warning(`${path}.cipherSuites[${i}]`, `The cipher suite ${quoted(suite)} is listed twice.`, 'Leave one out.');
    }
    seen.add(suite);
  });
}

/** Istio's own certificate is used, so no other may be given. */
function checkNoCertificate(tls: ServerTls, path: string, report: WebhookReport): void {
  for (const field of ['serverCertificate', 'privateKey', 'caCertificates', 'tlsCertificates', 'credentialName', 'credentialNames'] as const) {
    if (!tls[field]?.length) continue;
    report.error(`${path}.${field}`, `In mode ISTIO_MUTUAL the proxy uses Istio's own certificates; ${field} cannot be set.`,
      `Drop ${field}, or use mode SIMPLE or MUTUAL.`);
  }
}

/** TLS goes through unread, so certificates do nothing. */
function checkPassThrough(tls: ServerTls, mode: string, path: string, report: WebhookReport): void {
  for (const field of ['caCrl', 'serverCertificate', 'privateKey', 'caCertificates', 'tlsCertificates', 'credentialName', 'credentialNames'] as const) {
    if (!tls[field]?.length) continue;
    report.warning(`${path}.${field}`,
      `In mode ${mode}${tls.mode === undefined ? ' (which an absent mode means)' : ''} the proxy does not end TLS, so ${field} is ignored.`,
      `Drop ${field}, or use mode SIMPLE or MUTUAL to end TLS here.`);
  }
  checkOneSource(tls, path, report);
  if (tls.caCrl && tls.credentialName) {
    report.error(`${path}.caCrl`, 'caCrl cannot be set beside credentialName.', 'Put the revocation list into the secret, under the key ca.crl.');
  }
}

/** TLS ends here: there must be a certificate, and in the mutual modes one to know clients by. */
function checkTermination(tls: ServerTls, mode: string, path: string, report: WebhookReport): void {
  checkOneSource(tls, path, report);
  // The secret holds all there is to know.
  if (tls.credentialName || tls.credentialNames?.length) return;
  if (mode !== 'SIMPLE' && !tls.caCertificates) {
    report.error(`${path}.caCertificates`, `Mode ${mode} asks clients for certificates, but nothing says which authority signs them.`,
      'Give credentialName (a secret that holds ca.crt, too), or the file caCertificates.');
  }
  if (tls.tlsCertificates?.length) {
    tls.tlsCertificates.forEach((certificate, i) => checkCertificate(certificate, mode, `${path}.tlsCertificates[${i}]`, report));
  } else {
    checkCertificate(tls, mode, path, report);
  }
  if (tls.caCrl && mode === 'SIMPLE') {
    report.error(`${path}.caCrl`, 'In mode SIMPLE clients show no certificate, so none can be revoked: caCrl cannot be set.',
      'Drop caCrl, or use mode MUTUAL.');
  }
}

function checkCertificate(
  { serverCertificate, privateKey }: { readonly serverCertificate?: string; readonly privateKey?: string },
  mode: string, path: string, report: WebhookReport,
): void {
  for (const [field, value] of [['serverCertificate', serverCertificate], ['privateKey', privateKey]]) {
    if (value) continue;
    report.error(`${path}.${field}`, `Mode ${mode} ends TLS here, but there is no ${field}.`,
      'Give credentialName, the name of a secret with certificate and key, or the files serverCertificate and privateKey.');
  }
}

function checkOneSource(tls: ServerTls, path: string, report: WebhookReport): void {
  const sources: string[] = [];
  if (tls.serverCertificate && tls.privateKey) sources.push('serverCertificate with privateKey');
  if (tls.credentialName) sources.push('credentialName');
  if (tls.credentialNames?.length) sources.push('credentialNames');
  if (tls.tlsCertificates?.length) sources.push('tlsCertificates');
  if (sources.length < 2) return;
  report.error(path, `The certificate comes from several places: ${sources.join(', ')}.`, `Keep one of them; ${sources[0]} would do.`);
}
