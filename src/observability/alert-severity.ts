/** Whom an alert is for, as its label `severity`: routes of Alertmanager go by it. */
export enum AlertSeverity {
  /** Somebody has to look now. */
  CRITICAL = 'critical',
  /** Somebody has to look in working hours. */
  WARNING = 'warning',
}
