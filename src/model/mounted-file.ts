import { describeValue } from '../semantics/describe-value';

/** What a certificate or a key looks like in the code, where only its name or its path belongs. */
export function isPem(value: unknown): boolean {
  return typeof value === 'string' && /-----BEGIN |\bMII[A-Za-z0-9+/]{20,}/.test(value);
}

/** The path of a file that the proxy's container reads. Throws for keys and certificates themselves, without repeating them. */
export function checkMountedFile(field: string, value: unknown): void {
  if (isPem(value)) {
    throw new Error(`\`${field}\` holds the text of a certificate or a key. It would be readable by everyone who reads the manifests: mount a Secret into the proxy and give the path of the file, such as "/etc/certs/tls.pem".`);
  }
  if (typeof value !== 'string' || !/^\/[^\s\0]+$/.test(value)) {
    throw new Error(`\`${field}\` is ${describeValue(value)}, which is not the path of a file. Give the absolute path in the proxy's container, such as "/etc/certs/tls.pem".`);
  }
}
