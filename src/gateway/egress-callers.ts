import type { EgressGateway } from './egress-gateway';
import type { EgressRouteOptions } from './egress-route';
import type { ExternalService } from './external-service';
import { CallOptions, DECLARED_CALLS } from '../model/declared-calls';
import { httpPortOf, streamPortOf } from '../model/egress-hops';
import { IMeshCaller } from '../model/identity';
import { MeshService } from '../model/mesh-service';
import { podsOf } from '../model/pod-index';
import { AllowRule, Rule } from '../security/allow-rule';
import { sharedAccounts } from '../security/shared-identity';

/** Who may call one host through an egress gateway, and how. */
export class EgressCallers {
  constructor(
    private readonly gateway: EgressGateway, private readonly external: ExternalService, private readonly service: MeshService,
    private readonly options: EgressRouteOptions,
  ) {}

  /**
   * One rule for each call, never united with another. A host is meant by the name that the caller's sidecar asked for: at
   * this gateway the only one that stands for requests and for bytes, and that no Host header can change.
   */
  public rules(): Rule[] {
    const rules = this.calls().map(({ rule, ports }): Rule => {
      const { from: sources, to } = rule.render(this.gateway._trust.own);
      const { methods, paths } = to?.[0]?.operation ?? {};
      const operation = { methods, paths, ports };
      return {
        from: sources,
        to: Object.values(operation).some((value) => value !== undefined) ? [{ operation }] : undefined,
        when: [{ key: 'connection.sni', values: [this.service.host] }],
      };
    });
    return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
  }

  public mistakes(): string[] {
    const { service, external } = this;
    const calls = this.declared();
    if (calls.length === 0) {
      return [`nobody may call ${service.host} [${external.node.path}] through it. Declare who does (frontend.calls(payments.service)), or name \`callers\`.`];
    }
    return calls.flatMap(({ caller, options }) => {
      const title = `${caller.callerName} → ${service.host}`;
      try {
        const rule = this.ruleOf(caller, options);
        rule.checkTrust(this.gateway._trust);
        rule.render(undefined);
        return options.sharedIdentity ? [] : sharedAccounts(caller, rule.identities(), podsOf(this.gateway), 'sharedIdentity: true to let all of these out')
          .map((mistake) => `${title}: ${mistake}`);
      } catch (error) {
        return [`${title}: ${(error as Error).message}`];
      }
    });
  }

  private calls(): { rule: AllowRule; ports: string[] | undefined }[] {
    return this.declared().map(({ caller, options }) => ({ rule: this.ruleOf(caller, options), ports: this.portsOf(options) }));
  }

  private declared(): { caller: IMeshCaller; options: CallOptions }[] {
    const declared = DECLARED_CALLS.of(this.gateway).filter(({ target, letOut }) => letOut && target === this.service);
    const given = (this.options.callers ?? []).map((caller) => ({ caller, options: { sharedIdentity: this.options.sharedIdentity } }));
    return [...declared, ...given];
  }

  /** Rendered for its callers, methods and paths; the ports of the host are not those of the gateway. */
  private ruleOf(caller: IMeshCaller, { methods, paths }: CallOptions): AllowRule {
    return new AllowRule({ target: this.gateway._hop.service, caller, methods, paths });
  }

  /** The gateway's own, where a call is not for all that goes through it. */
  private portsOf({ ports }: CallOptions): string[] | undefined {
    const { service: gatewayService, requestPort, connectionPort } = this.gateway._hop;
    const ways = [
      { port: httpPortOf(this.service), at: requestPort },
      { port: streamPortOf(this.service), at: connectionPort },
    ].filter(({ port }) => port !== undefined);
    const meant = ports === undefined ? ways : ways.filter(({ port }) => ports.includes(port!.number));
    return meant.length === ways.length ? undefined : meant.map(({ at }) => String(gatewayService._ports.target(at)));
  }
}
