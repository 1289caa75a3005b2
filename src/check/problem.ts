/** What the schema or the webhook layer says about one object, before it becomes a Finding. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** The field: `spec.http[0].route[1].weight`; empty for the whole object. */
  readonly path: string;
  /** What is wrong, with the value. */
  readonly message: string;
  /** What to write instead. */
  readonly fix: string;
}
