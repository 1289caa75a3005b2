import { AuthorizationPolicySpec } from '../../manifest/generated/istio-specs';

/** What the rules of a policy look at, so that whoever judges one thing passes over the policies without it. */
export class AuthorizationUses {
  public namespaces = false;
  public principals = false;
  public serviceAccounts = false;
  public trustDomains = false;
  /** Principals and claims of a request. */
  public tokens = false;
  public addresses = false;
  public hosts = false;
  public methods = false;
  public paths = false;
  public headers = false;

  constructor({ rules }: AuthorizationPolicySpec) {
    if (rules === undefined) return;
    for (const { from, to, when } of rules) {
      if (from) for (const { source } of from) for (const field in source) this.note(FIELDS.get(field));
      if (to) for (const { operation } of to) for (const field in operation) this.note(FIELDS.get(field));
      if (when) for (const { key } of when) this.note(FIELDS.get(key) ?? (key.startsWith('request.auth.') ? 'tokens' : key.startsWith('request.') ? 'headers' : undefined));
    }
  }

  /** Anything that only requests have. */
  public get http(): boolean {
    return this.methods || this.paths || this.hosts || this.tokens || this.headers;
  }

  /** Anything that is told by the certificate of a caller. */
  public get identity(): boolean {
    return this.principals || this.namespaces || this.serviceAccounts || this.trustDomains;
  }

  private note(use: Use | undefined): void {
    if (use !== undefined) this[use] = true;
  }
}

type Use = 'namespaces' | 'principals' | 'serviceAccounts' | 'trustDomains' | 'tokens' | 'addresses' | 'hosts' | 'methods' | 'paths' | 'headers';

const FIELDS: ReadonlyMap<string, Use> = new Map<string, Use>([
  ['namespaces', 'namespaces'], ['notNamespaces', 'namespaces'], ['source.namespace', 'namespaces'],
  ['principals', 'principals'], ['notPrincipals', 'principals'], ['source.principal', 'principals'],
  ['serviceAccounts', 'serviceAccounts'], ['notServiceAccounts', 'serviceAccounts'], ['source.serviceAccount', 'serviceAccounts'],
  ['trustDomains', 'trustDomains'], ['notTrustDomains', 'trustDomains'], ['source.trustDomain', 'trustDomains'],
  ['requestPrincipals', 'tokens'], ['notRequestPrincipals', 'tokens'],
  ['ipBlocks', 'addresses'], ['notIpBlocks', 'addresses'], ['source.ip', 'addresses'],
  ['hosts', 'hosts'], ['notHosts', 'hosts'], ['methods', 'methods'], ['notMethods', 'methods'], ['paths', 'paths'], ['notPaths', 'paths'],
]);
