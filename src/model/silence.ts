import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { SILENCE_ANNOTATION } from '../semantics/silence-annotation';

/** Findings of the checker that somebody has looked at and decided to live with. */
export class Silence {
  /**
   * Silences a finding about the objects of a construct that are there by now. Code and reason are written into
   * their annotation `cdk8s-istio.dev/silence`, so that everybody who reads the YAML sees them too.
   *
   * ```ts
   * Silence.finding(reviews, 'MESH3120', 'v3 is deployed by the data team on Monday');
   * ```
   *
   * @param construct an object, or a construct with objects below it
   * @param code such as `MESH3120`; what the API server or Istio would refuse cannot be silenced
   * @param reason for whoever reads it next
   * @throws if the code or the reason is empty, or the construct has no object
   */
  public static finding(construct: IConstruct, code: string, reason: string): void {
    const { path } = construct.node;
    const why = reason.trim().replace(/\s+/g, ' ');
    if (!/^[A-Z]{3,5}\d{4}$/.test(code)) throw new Error(`[${path}] '${code}' is no code of a finding. Write it as reported, such as MESH3120.`);
    if (why === '') throw new Error(`[${path}] ${code} is silenced without a reason. Say why, for whoever reads it next.`);
    const objects = construct.node.findAll().filter((child): child is ApiObject => ApiObject.isApiObject(child));
    if (objects.length === 0) throw new Error(`[${path}] has no object to silence ${code} for. Silence it after the constructs that write the object were made.`);
    for (const { metadata } of objects) {
      const before = metadata.toJson()?.annotations?.[SILENCE_ANNOTATION];
      metadata.addAnnotation(SILENCE_ANNOTATION, before === undefined ? `${code}: ${why}` : `${before}\n${code}: ${why}`);
    }
  }

  private constructor() {}
}
