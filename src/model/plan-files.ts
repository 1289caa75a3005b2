import { Yaml } from 'cdk8s';

/** An object as one step of a plan has it. */
export interface PlannedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly json: object;
}

/** For example `10-destination-rule-reviews.yaml`: `kubectl apply` takes files in the order of their names, which is that of the objects. */
export function numberedFiles(objects: readonly PlannedObject[]): { name: string; content: string }[] {
  const digits = String(objects.length * 10).length;
  return objects.map((object, index) => ({
    name: `${String((index + 1) * 10).padStart(digits, '0')}-${labelOf(object, objects)}.yaml`, content: Yaml.stringify(object.json),
  }));
}

/** With its namespace where another of its kind has the same name. */
export function labelOf({ kind, namespace, name }: PlannedObject, objects: readonly PlannedObject[]): string {
  const alone = objects.filter((other) => other.kind === kind && other.name === name).length === 1;
  return [kind.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase(), ...(alone ? [] : [namespace]), name].join('-');
}
