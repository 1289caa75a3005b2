import { AppRegistry } from './app-registry';
import { checkOptions, checkTarget } from './given';
import { IMeshCaller } from './identity';
import { IMeshTarget } from './mesh-target';
import { PathMatch } from './path-match';
import { located } from '../semantics/located';

/** How a caller calls a target: nothing more than is said is allowed. */
export interface CallOptions {
  /**
   * The HTTP methods, in capitals. HEAD is not part of GET; gRPC is POST.
   *
   * @default - every method
   */
  readonly methods?: string[];
  /**
   * The paths. A gRPC method is `PathMatch.exact('/package.Service/Method')`.
   *
   * @default - every path
   */
  readonly paths?: PathMatch[];
  /**
   * The ports: those of the Service for a `MeshService` (policies get the pods' ports behind them),
   * the pods' own for a `MeshWorkload`.
   *
   * @default - all ports of the Service (its HTTP ports, where methods or paths are given); every
   * port of a `MeshWorkload`
   */
  readonly ports?: number[];
  /**
   * Whether the caller's service account may be one that other pods use, too: they are then all allowed.
   *
   * @default false
   */
  readonly sharedIdentity?: boolean;
}

/** Who calls whom, and how: the one thing that `calls` and `allowFrom` say from their two ends. */
export interface DeclaredCall {
  readonly caller: IMeshCaller;
  readonly target: IMeshTarget;
  readonly options: CallOptions;
  /**
   * Whether the call is let out of the caller's namespace, too. An allow of the target's side alone
   * (`ZeroTrustNamespace.allow`) lets nobody out.
   */
  readonly letOut: boolean;
}

/** Every declared call of an App, in the order in which they were declared; `calledHosts` tells where they go. */
export const DECLARED_CALLS = new AppRegistry<DeclaredCall>(() => []);

/** Writes the policy of a call. Throws for what can never become right. */
export type CallWriter = (call: DeclaredCall) => void;

let writer: CallWriter | undefined;

/** Policies are written by src/security, which the model does not know: it announces itself when it is loaded. See docs/adr/0012. */
export function writeCallsBy(given: CallWriter): void {
  writer = given;
}

/** @param at the method that was called, and where, for messages */
export function declareCall(at: string, caller: IMeshCaller, target: IMeshTarget, options: CallOptions = {}): void {
  located(`${at}: `, () => {
    checkTarget(target);
    checkOptions(`the call of ${target.name}`, options, "{ methods: ['GET'] }");
    if (!writer) throw new Error('nothing is loaded that writes the policy. Import from cdk8s-istio itself, not from a file of it.');
    const call = { caller, target, options: { ...options }, letOut: true };
    writer(call);
    DECLARED_CALLS.register(target, call);
  });
}
