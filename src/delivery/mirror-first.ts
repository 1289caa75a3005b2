import { Duration } from 'cdk8s';

/** A step before the first weight: the canary gets copies of stable's requests, and its answers are thrown away. */
export interface MirrorFirst {
  /**
   * How many percent of the requests are copied: above 0 and up to 100.
   *
   * @default 100
   */
  readonly percentage?: number;
  /**
   * How long the canary is looked at before it answers anybody.
   *
   * @default - until a person goes on
   */
  readonly pause?: Duration;
  /**
   * Whether a copy of a request that writes does no harm: the canary has its own database, say, or writes are idempotent.
   * What is copied is done twice.
   *
   * @default false, which warns
   */
  readonly safeForWrites?: boolean;
}
