import type { Spec } from './istio-object';
import type { VirtualServiceSpec } from '../imports/networking.istio.io';

/** Where sidecars send what is for a host, in place of the host. */
export interface Detour {
  /** The rules of the host's VirtualService on the mesh. */
  readonly rules: () => Pick<Spec<VirtualServiceSpec>, 'http' | 'tls' | 'tcp'>;
}

/** What a MeshService learns from whoever writes the ServiceEntry of its host. */
export interface EntryFacts {
  /** The namespace of the ServiceEntry. */
  readonly namespace: string;
  /** Asked at synth, when everyone who calls the host is known. */
  readonly exportTo: () => string[] | undefined;
  readonly showIn: (namespace: string) => void;
  readonly detour: () => Detour | undefined;
}
