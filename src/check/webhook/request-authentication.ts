import { checkReservedAnnotations } from './reserved-annotations';
import { checkTargets } from './target-refs';
import { WebhookCheck, WebhookReport } from './webhook-check';
import { RequestAuthenticationJwtRules as JwtRule, RequestAuthenticationSpec as Spec } from '../../manifest/generated/istio-specs';
import { DURATION_FIX, durationProblem } from '../../semantics/go-duration';
import { readJwks } from '../../semantics/jwks';

/** Istio reads the port as a number of 64 bits and does not look at it further. */
const MAX_PORT_READ = 2n ** 63n - 1n;

export const checkRequestAuthentication: WebhookCheck<Spec> = (object, report) => {
  checkReservedAnnotations(object, report);
  const { spec } = object;
  checkTargets(spec, report);
  spec.jwtRules?.forEach((rule, i) => checkJwtRule(rule, `spec.jwtRules[${i}]`, report));
};

function checkJwtRule(rule: JwtRule, path: string, report: WebhookReport): void {
  const uri = rule.jwksUri ?? rule.jwks_uri;
  if (rule.issuer === undefined && uri === undefined) {
    report.error(path, 'The rule names neither an issuer nor a jwksUri.', 'Give the issuer, as it stands in the tokens\' `iss`.');
  }
  if (uri !== undefined) checkUri(uri, `${path}.${rule.jwksUri === undefined ? 'jwks_uri' : 'jwksUri'}`, report);
  if (rule.jwks) checkJwks(rule.jwks, `${path}.jwks`, report);
  const bad = rule.timeout === undefined ? undefined : durationProblem(rule.timeout);
  if (bad !== undefined) report.error(`${path}.timeout`, `The timeout ${bad}.`, DURATION_FIX);
}

function checkUri(uri: string, path: string, report: WebhookReport): void {
  const port = /^[^/?#]*:\/\/[^/?#]*:([0-9]+)(?:[/?#]|$)/.exec(uri)?.[1];
  if (port !== undefined && BigInt(port) > MAX_PORT_READ) report.error(path, `The port ${port} is none.`, 'Give a port from 1 to 65535, or none for the scheme\'s own.');
}

function checkJwks(text: string, path: string, report: WebhookReport): void {
  const jwks = readJwks(text);
  if ('problem' in jwks) {
    report.error(path, `This is no JSON Web Key Set: ${jwks.problem}.`,
      'Give the JSON that the issuer publishes, {"keys": [...]}, as text; or name its address in jwksUri.');
    return;
  }
  for (const i of jwks.privateKeys) {
    report.warning(path, `Key ${i} is private: whoever reads this object can sign tokens with it.`,
      'Replace it by its public half, without "d" (RSA: also without p, q, dp, dq, qi), and take the private one out of use. '
      + 'A symmetric key ("kty": "oct") has no public half: use RSA or EC keys.');
  }
}
