import { WebhookReport } from './webhook-check';
import { byteLength } from '../../semantics/byte-length';

const LONGEST_NAME = 256;
const LONGEST_SECRET = 253;

/** A Wasm module as WasmPlugin and TrafficExtension name it. The schema counts characters where Istio counts bytes. */
export function checkWasm(wasm: any, path: string, report: WebhookReport): void {
  atMost(wasm.imagePullSecret, LONGEST_SECRET, `${path}.imagePullSecret`, report);
  atMost(wasm.pluginName, LONGEST_NAME, `${path}.pluginName`, report);
  const env: readonly any[] = wasm.vmConfig?.env ?? [];
  for (let i = 0; i < env.length; i++) atMost(env[i].name, LONGEST_NAME, `${path}.vmConfig.env[${i}].name`, report);
}

export function atMost(value: string | undefined, most: number, path: string, report: WebhookReport): void {
  if (value === undefined || value.length * 3 <= most) return;
  const bytes = byteLength(value);
  if (bytes <= most) return;
  report.error(path, `The value takes ${bytes} bytes in UTF-8; at most ${most} are allowed.`,
    'Shorten it; characters beyond ASCII take 2 to 4 bytes each.');
}
