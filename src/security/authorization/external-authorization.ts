import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { AuthorizationObject, checkRules } from './authorization-object';
import { AuthorizationPolicyProps } from './authorization-props';
import { ExtensionProvider, checkProvider } from './extension-provider';
import { EXTERNAL_AUTHORIZATIONS } from './external-authorizations';
import { checkConstructProps, checkFlags } from '../../model/given';
import { locatedAt } from '../../model/located-at';
import { registerConstruct } from '../../model/registered-construct';

/** Which requests are left to whom. */
export interface ExternalAuthorizationProps extends AuthorizationPolicyProps {
  /** Who decides. The mesh configuration has to know it: see `meshConfigEntry`. */
  readonly provider: ExtensionProvider;
  /**
   * Whether another provider may decide about the same pods. Istio refuses every request then, unless istiod runs with
   * `PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS=true`.
   *
   * @default false
   */
  readonly severalProviders?: boolean;
}

/**
 * Leaves requests to a service of your own (action CUSTOM). The rules say which requests it is asked about: by what is
 * called, by headers and addresses, not by who calls. Nobody else is asked about the rest, and nothing is allowed by its
 * consent alone: what it lets through, a DenyPolicy may still refuse, and an AllowPolicy has to allow.
 *
 * What it refuses reaches the client with its status and body. Where the mesh configuration does not know the
 * provider, Istio refuses whatever the rules say.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-custom/
 */
export class ExternalAuthorization extends Construct {
  /** The AuthorizationPolicy. */
  public readonly authorizationPolicy: ApiObject;

  private readonly provider: ExtensionProvider;

  constructor(parent: Construct, id: string, props: ExternalAuthorizationProps) {
    super(parent, id);
    registerConstruct(this, ExternalAuthorization);
    checkConstructProps(this, props, "new ExternalAuthorization(scope, 'id', { scope: PolicyScope.workload(reviews), provider, rules: [{ operations: [{ paths: [PathMatch.segment('/admin')] }] }] })");
    this.authorizationPolicy = locatedAt(this, () => {
      checkProvider(props.provider);
      checkFlags({ severalProviders: props.severalProviders });
      checkRules(props.rules, 'Istio refuses a CUSTOM policy without rules, as nobody would ever be asked. To ask about everything say { sources: [PolicySource.anyone()] }.');
      const { provider } = props;
      return new AuthorizationObject(this, {
        ...props,
        action: 'CUSTOM',
        word: provider.name,
        provider: provider.name,
        requestsOnly: provider._isHttp ? `decisions of ${provider.name}, which is asked by HTTP,` : undefined,
      }).object;
    });
    this.provider = props.provider;
    const { scope: held, provider, severalProviders = false } = props;
    EXTERNAL_AUTHORIZATIONS.register(this, { owner: this, scope: held, provider, severalProviders });
  }

  /** What `meshConfig.extensionProviders` has to hold for it; as YAML, `provider.toYaml()`. */
  public get meshConfigEntry(): { [field: string]: any } {
    return this.provider.entry;
  }
}
