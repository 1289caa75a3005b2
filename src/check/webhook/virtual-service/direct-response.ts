import { VirtualServiceHttpDirectResponse as DirectResponse } from '../../../manifest/generated/istio-specs';
import { byteLength } from '../../../semantics/byte-length';
import { FieldPath } from '../field-path';
import { WebhookReport } from '../webhook-check';
import { checkHttpStatus } from './fault';

const KIB = 1024;
const LARGE = 100 * KIB;
const LARGEST = 1024 * KIB;

/** An answer that no service gives. */
export function checkDirectResponse({ body, status }: DirectResponse, at: FieldPath, report: WebhookReport): void {
  checkHttpStatus(status, `${at}.status`, report);
  const bytes = body?.bytes;
  if (typeof bytes === 'object' && !bytes.every(isByte)) {
    report.error(`${at}.body.bytes`, 'It is a list, and not of bytes.', 'Write the bytes as one base64 text.');
    return;
  }
  const size = bytes !== undefined ? (typeof bytes === 'string' ? base64Bytes(bytes) : bytes.length) : byteLength(body?.string ?? '');
  if (size <= LARGE) return;
  const message = `The body takes ${size} bytes, and istiod sends it to every proxy.`;
  if (size > LARGEST) report.error(`${at}.body`, message, 'Keep it to 1 MiB at most, or let a service answer.');
  else report.warning(`${at}.body`, message, 'Keep it to 100 KiB, or let a service answer.');
}

/** Istio reads a list of numbers as bytes, and a null as 0. */
function isByte(value: unknown): boolean {
  return value === null || (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255);
}

/** The schema has seen that it is base64, in groups of four. */
function base64Bytes(text: string): number {
  const padding = text.endsWith('==') ? 2 : Number(text.endsWith('='));
  return text.length / 4 * 3 - padding;
}
