import { checkList, checkProps } from '../model/given';
import { describeValue } from '../semantics/describe-value';
import { isCidr } from '../semantics/ip-address';
import { isLabelKey, isLabelValue } from '../semantics/kubernetes-name';
import { isPortNumber } from '../semantics/port-number';

/** Blocks of addresses, such as 10.0.0.0/8. */
export function checkCidrs(field: string, values: readonly string[]): void {
  checkList(field, values, "['10.0.0.0/8']");
  const wrong = values.find((value) => typeof value !== 'string' || !isCidr(value));
  if (wrong !== undefined || values.length === 0) {
    throw new Error(`\`${field}\` ${values.length === 0 ? 'is empty' : `holds ${describeValue(wrong)}`}. Give blocks of addresses, for example "10.0.0.0/8", or leave it out.`);
  }
}

export function checkPorts(field: string, values: readonly number[]): void {
  checkList(field, values, '[9090]');
  const wrong = values.find((value) => !Number.isInteger(value) || !isPortNumber(value));
  if (wrong !== undefined || values.length === 0) {
    throw new Error(`\`${field}\` ${values.length === 0 ? 'is empty' : `holds ${describeValue(wrong)}`}. Give numbers from 1 to 65535, or leave it out.`);
  }
}

export function checkLabels(field: string, labels: { readonly [label: string]: string }): void {
  checkProps(labels, `${field}: { 'istio-discovery': 'enabled' }`);
  if (Object.keys(labels).length === 0) throw new Error(`\`${field}\` is empty. Give at least one label, or leave it out.`);
  for (const [key, value] of Object.entries(labels)) {
    if (isLabelKey(key) && typeof value === 'string' && isLabelValue(value)) continue;
    throw new Error(`\`${field}\` holds ${describeValue(key)}: ${describeValue(value)}. Give labels as Kubernetes has them, for example { mesh: 'shop' }.`);
  }
}

/** istioctl reads some settings anew as YAML, and charts write some without quotes: what is no text to Kubernetes' reader becomes another value. */
export function checkWord(field: string, value: string, example: string): void {
  if (!Number.isFinite(Number(value)) && !/^(y|n|t|f|yes|no|on|off|true|false|null|nan|inf|infinity|~)$/i.test(value)) return;
  throw new Error(`\`${field}\` is "${value}", which istioctl and the charts take for a number or a truth value. Give for example "${example}".`);
}

/** Annotations, environment variables: texts by name. */
export function checkTexts(field: string, texts: { readonly [name: string]: string }): void {
  checkProps(texts, `${field}: { NAME: 'value' }`);
  for (const [name, value] of Object.entries(texts)) {
    if (typeof value !== 'string') throw new Error(`\`${field}\`: ${name} is ${describeValue(value)}. Give a text, for example "${String(value)}".`);
  }
}
