/** A connection, as far as the rules of a VirtualService look at it. */
export interface Connection {
  readonly port: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly namespace: string;
  readonly sni?: string;
}

function accepts(one: any, connection: Connection): boolean {
  return (one.port === undefined || one.port === connection.port)
    && (one.sourceNamespace === undefined || one.sourceNamespace === connection.namespace)
    && Object.entries(one.sourceLabels ?? {}).every(([key, value]) => connection.labels[key] === value);
}

/** The first tcp rule that matches decides. */
export function decideTcp(tcp: readonly any[] | undefined, connection: Connection): any | undefined {
  return tcp?.find(({ match }) => match === undefined || match.some((one: any) => accepts(one, connection)));
}

/** Envoy looks for the server name first, the exact one before the longest wildcard; of rules with one name the first decides. */
export function decideTls(tls: readonly any[] | undefined, connection: Connection): any | undefined {
  const { sni = '' } = connection;
  const names = (tls ?? []).flatMap((rule) => rule.match.flatMap((match: any) => match.sniHosts.map((name: string) => ({ rule, match, name }))))
    .filter(({ match, name }) => accepts(match, connection) && (name === sni || (name.startsWith('*.') && sni.endsWith(name.slice(1)))));
  const best = names.map(({ name }) => name).sort((a, b) => Number(b === sni) - Number(a === sni) || b.length - a.length)[0];
  return names.find(({ name }) => name === best)?.rule;
}
