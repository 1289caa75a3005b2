import { quoted } from './quoted';
import { WebhookReport } from './webhook-check';
import { isHostLabel } from '../../semantics/host-name';

const PATH = 'spec.exportTo';
const PRIVATE = '.';
const PUBLIC = '*';
const NOBODY = '~';

/**
 * To which namespaces an object is visible.
 * @param nobodyAllowed whether `~` is taken, as it is for a ServiceEntry
 * @returns the namespaces that count, `.` by its name, or undefined where the field is left out
 */
export function checkExportTo(
  exportTo: readonly string[] | undefined, namespace: string, report: WebhookReport, nobodyAllowed = false,
): ReadonlySet<string> | undefined {
  if (exportTo === undefined || exportTo.length === 0) return undefined;
  const namespaces = new Set<string>();
  for (let i = 0; i < exportTo.length; i++) {
    const entry = exportTo[i];
    const visibleIn = entry === PRIVATE ? namespace : entry;
    if (namespaces.has(visibleIn)) {
      report.error(`${PATH}[${i}]`, `The namespace ${quoted(visibleIn)} stands twice${entry === PRIVATE ? ', once as "."' : ''}.`,
        `Name it once; "." is the object's own namespace, ${quoted(namespace)}.`);
    } else if (isVisibility(visibleIn, nobodyAllowed)) {
      namespaces.add(visibleIn);
    } else {
      report.error(`${PATH}[${i}]`, entry === NOBODY ? '"~" (nobody) is for ServiceEntries only.' : `${quoted(entry)} is no namespace.`,
        'Write "." for the object\'s own namespace, "*" for all, or the name of a namespace (letters, digits and inner dashes, at most 63).');
    }
  }
  if (exportTo.length > 1) checkAlone(namespaces, report);
  return namespaces;
}

function isVisibility(value: string, nobodyAllowed: boolean): boolean {
  return value === PRIVATE || value === PUBLIC || (value === NOBODY ? nobodyAllowed : isHostLabel(value));
}

function checkAlone(namespaces: ReadonlySet<string>, report: WebhookReport): void {
  for (const [value, meaning] of [[PUBLIC, 'all namespaces'], [NOBODY, 'nobody']]) {
    if (!namespaces.has(value)) continue;
    report.error(PATH, `"${value}" (${meaning}) stands beside other namespaces.`, `Write "${value}" alone, or only the namespaces that are meant.`);
  }
}
