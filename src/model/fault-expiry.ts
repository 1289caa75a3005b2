import type { HttpRoute } from './http-routes';
import { FaultExpiry, writeFaultExpiries } from '../semantics/fault-annotation';

type Fault = NonNullable<HttpRoute['fault']>;

/** Known by the fault itself: whoever writes the rule that it stands in writes when it is to be over. */
const EXPIRIES = new WeakMap<Fault, FaultExpiry>();

export function expiring<T extends Fault>(fault: T, expiry: FaultExpiry): T {
  EXPIRIES.set(fault, expiry);
  return fault;
}

/** What the annotation of a VirtualService with these rules says; undefined where none has a fault that expires. */
export function faultExpiries(http: readonly Pick<HttpRoute, 'fault'>[] = []): string | undefined {
  const expiries = http.flatMap(({ fault }) => (fault && EXPIRIES.get(fault)) ?? []);
  return expiries.length === 0 ? undefined : writeFaultExpiries(expiries);
}
