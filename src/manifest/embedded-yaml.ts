import { Json } from './json';
import { YamlFault } from './yaml-fault';
import { YamlReader } from './yaml-reader';

/** A text within an object that is YAML itself, such as the mesh configuration in its ConfigMap. */
export interface EmbeddedYaml {
  /** Whether Kubernetes could read it. */
  readonly isReadable: boolean;
  /** Undefined where it cannot be read, or holds nothing. */
  readonly value?: Json;
}

export function readEmbeddedYaml(text: string): EmbeddedYaml {
  try {
    return { isReadable: true, value: new YamlReader(text).read() };
  } catch (fault) {
    if (fault instanceof YamlFault) return { isReadable: false };
    throw fault;
  }
}
