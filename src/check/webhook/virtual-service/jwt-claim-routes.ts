import { VirtualServiceSpec } from '../../../manifest/generated/istio-specs';
import { isJwtClaimHeader } from '../../../semantics/http-header';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';

/** Only gateways can route by the claims of a token. */
export function checkJwtClaimsOnGatewaysOnly({ http }: VirtualServiceSpec, report: WebhookReport): void {
  http?.forEach(({ match: matches }, i) => matches?.forEach((match, j) => {
    checkHeaders(match.headers, 'headers', i, j, report);
    checkHeaders(match.withoutHeaders, 'withoutHeaders', i, j, report);
  }));
}

function checkHeaders(headers: object | undefined, field: string, i: number, j: number, report: WebhookReport): void {
  for (const name in headers) {
    if (!isJwtClaimHeader(name)) continue;
    report.error(`spec.http[${i}].match[${j}].${field}[${name}]`,
      `The header ${quoted(name)} stands for a claim of a JWT, and sidecars do not route by claims.`,
      'Name the gateways that this VirtualService is for, without "mesh", or match a real header.');
  }
}
