/** Which of a workload's requests are meant, seen from its proxy. */
export enum TelemetryDirection {
  /** What it receives and what it sends. */
  BOTH = 'CLIENT_AND_SERVER',
  /** What its application receives. A gateway has none of these. */
  INBOUND = 'SERVER',
  /** What its application sends, and all that goes through a gateway. */
  OUTBOUND = 'CLIENT',
}
