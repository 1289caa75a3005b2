const MAX_LENGTH = 63;
/** Letters of both cases, unlike in Kubernetes. */
const PORT_NAME = /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/;

/** A port's name as Istio's own kinds take it. */
export function isPortName(name: string): boolean {
  return name.length <= MAX_LENGTH && PORT_NAME.test(name);
}

export function isPortNumber(number: number): boolean {
  return number >= 1 && number <= 65535;
}
