import { checkList, checkProps } from '../model/given';
import { checkMethods } from '../model/http-match';
import { PathMatch } from '../model/path-match';
import { PolicyScope } from '../model/policy-scope';
import { checkPorts, policyPorts } from '../model/target-ports';
import { describeValue } from '../semantics/describe-value';

/**
 * Requests that need no token. What is given holds together: `{ paths, methods }` are those methods on those paths. A token
 * that they bring all the same has to be good.
 */
export interface TokenExemption {
  /**
   * Paths, as proxies see them: `PathMatch.exact('/healthz')`. Prefer exact paths: below a prefix, what the application
   * makes of `/public/..%2fadmin` is up to the application.
   *
   * @default - any
   */
  readonly paths?: PathMatch[];
  /**
   * Methods, in capitals.
   *
   * @default - any
   */
  readonly methods?: string[];
  /**
   * Ports: those of the Service for a `MeshService`, else the pods' own. Ports that carry no HTTP have to be named here,
   * as nobody can bring a token there; a `MeshService` that the policy is for knows its own.
   *
   * @default - any
   */
  readonly ports?: number[];
}

/** What a rule that refuses says of the requests it is about. */
export interface ExceptedOperation {
  readonly notPaths?: readonly string[];
  readonly notMethods?: readonly string[];
  readonly notPorts?: readonly string[];
}

/** Throws for what cannot be meant. */
export function checkExemptions(exemptions: readonly TokenExemption[] | undefined): void {
  if (exemptions === undefined) return;
  checkList('exemptions', exemptions, "[{ paths: [PathMatch.exact('/healthz')] }]");
  for (const exemption of exemptions) {
    checkProps(exemption, "exemptions: [{ paths: [PathMatch.exact('/healthz')] }]");
    const { paths, methods, ports } = exemption;
    if (paths === undefined && methods === undefined && ports === undefined) {
      throw new Error('`exemptions` holds one that names no paths, methods or ports: no request would need a token. Name some, or say `tokenOptional: true`.');
    }
    if (paths !== undefined) checkPaths(paths);
    if (methods !== undefined) checkMethods(methods);
    checkPorts(ports);
  }
}

function checkPaths(paths: readonly PathMatch[]): void {
  checkList('paths', paths, "[PathMatch.exact('/healthz')]");
  if (paths.length === 0) throw new Error('`paths` of an exemption is empty. Name at least one, or leave it out.');
  const wrong = paths.findIndex((path) => !(path instanceof PathMatch));
  if (wrong >= 0) throw new Error(`\`paths\` holds ${describeValue(paths[wrong])}, and a path is a PathMatch. Write for example PathMatch.exact('/healthz').`);
  const all = paths.flatMap(({ _values }) => _values).find((value) => value === '/*' || value === '*');
  if (all !== undefined) throw new Error(`\`paths\` of an exemption holds "${all}", which is every path: no request would need a token. Name some, or say \`tokenOptional: true\`.`);
}

/**
 * The requests that none of the exemptions is about: any of these operations, the fields of each together. For each
 * exemption, one of its fields is not so.
 */
export function exceptedOperations(exemptions: readonly TokenExemption[], scope: PolicyScope): ExceptedOperation[] {
  return exemptions.reduce<ExceptedOperation[]>((operations, exemption) => {
    const negated = negatedFields(exemption, scope);
    return operations.flatMap((operation) => negated.map((field) => united(operation, field)));
  }, [{}]);
}

function negatedFields({ paths, methods, ports }: TokenExemption, scope: PolicyScope): ExceptedOperation[] {
  return [
    ...ports ? [{ notPorts: (policyPorts(scope, ports, undefined) ?? []).map(String) }] : [],
    ...paths ? [{ notPaths: paths.flatMap(({ _values }) => _values) }] : [],
    ...methods ? [{ notMethods: methods }] : [],
  ];
}

function united(a: ExceptedOperation, b: ExceptedOperation): ExceptedOperation {
  const lists = (['notPorts', 'notPaths', 'notMethods'] as const).flatMap((field) => {
    const values = [...new Set([...a[field] ?? [], ...b[field] ?? []])];
    return values.length > 0 ? [[field, values] as const] : [];
  });
  return Object.fromEntries(lists);
}
