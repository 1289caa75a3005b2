import { JsonObject } from '../../manifest/json';

/** What istiod's webhook is shown: an object that the schema layer let pass. */
export interface AdmittedObject<S = any> {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Well typed: the schema layer has seen to it. An absent spec is an empty one. */
  readonly spec: S;
  readonly json: JsonObject;
}

/** Where a check of the webhook layer says what it found. */
export interface WebhookReport {
  /** Istio refuses the object. */
  error(path: string, message: string, fix: string): void;
  /** Istio accepts the object and warns. */
  warning(path: string, message: string, fix: string): void;
}

/** What istiod's validation webhook says about objects of one kind. It never throws. */
export type WebhookCheck<S = any> = (object: AdmittedObject<S>, report: WebhookReport) => void;
