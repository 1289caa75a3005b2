import { IConstruct } from 'constructs';
import { located } from '../semantics/located';

/** Puts the construct's path in front of what is thrown: values are checked where nothing is known of constructs. */
export function locatedAt<T>({ node }: IConstruct, work: () => T): T {
  return located(`[${node.path}] `, work);
}
