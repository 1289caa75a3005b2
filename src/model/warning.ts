import { IConstruct } from 'constructs';

/** The type of the metadata entry that a warning is kept as on its construct. */
export const WARNING = 'cdk8s-istio:warning';

/**
 * Something legal that is probably not meant. It is kept on the construct and printed once, to
 * standard error, when the App is validated; it never stops a synth.
 */
export function warn(construct: IConstruct, message: string): void {
  construct.node.addMetadata(WARNING, message);
  let printed = false;
  construct.node.addValidation({
    validate: () => {
      if (!printed) process.stderr.write(`Warning: [${construct.node.path}] ${message}\n`);
      printed = true;
      return [];
    },
  });
}

/** A warning that only the finished App tells: asked at the first validation. */
export function warnLate(construct: IConstruct, find: () => string | undefined): void {
  let asked = false;
  construct.node.addValidation({
    validate: () => {
      const message = asked ? undefined : find();
      asked = true;
      if (message === undefined) return [];
      construct.node.addMetadata(WARNING, message);
      process.stderr.write(`Warning: [${construct.node.path}] ${message}\n`);
      return [];
    },
  });
}
