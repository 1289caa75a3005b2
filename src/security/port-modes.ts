import { IMeshTarget } from '../model/mesh-target';
import { targetPorts } from '../model/target-ports';

/** What ports of one target are to accept. */
export interface PortsInMode<M extends string> {
  /** Those of the Service for a MeshService, the pods' own for a MeshWorkload. */
  readonly ports: readonly number[];
  readonly mode: M;
}

/**
 * The modes by the pods' port, in the order of the ports: a port of the Service does nothing in a PeerAuthentication.
 *
 * @param verb what was done to the port, for messages
 */
export function portModes<M extends string>(target: IMeshTarget, said: readonly PortsInMode<M>[], verb: string): Map<number, M> {
  const modes = new Map<number, M>();
  for (const { ports, mode } of said) {
    for (const port of targetPorts(target, ports, undefined)!) {
      const other = modes.get(port);
      if (other !== undefined && other !== mode) throw new Error(`the pods' port ${port} is ${verb} as ${other} and as ${mode}. Keep one of them.`);
      modes.set(port, mode);
    }
  }
  return new Map([...modes].sort(([a], [b]) => a - b));
}

/** As `portLevelMtls` has them; undefined where there are none. */
export function portLevelMtls<M extends string>(modes: ReadonlyMap<number, M>): { [port: string]: { mode: M } } | undefined {
  return modes.size === 0 ? undefined : Object.fromEntries([...modes].map(([port, mode]) => [String(port), { mode }]));
}
