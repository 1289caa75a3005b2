import { Duration } from 'cdk8s';
import { AlertSeverity } from './alert-severity';
import { checkMember } from '../model/given';
import { describeValue } from '../semantics/describe-value';
import { milliSecondsOf } from '../semantics/duration';
import { located } from '../semantics/located';

/**
 * When an alert tells that the error budget is used up too fast: requests fail so many times as often as the objective
 * allows, over a long window, and still do over a short one.
 *
 * @see https://sre.google/workbook/alerting-on-slos/
 */
export interface BurnRate {
  /** How many times as fast as allowed: at 1 the budget lasts exactly for the objective's window. Above 0. */
  readonly factor: number;
  /** The time over which it burns that fast: longer is surer, and slower to tell. Whole minutes. */
  readonly longWindow: Duration;
  /**
   * The time over which it still does, so that the alert ends soon after the trouble. Whole minutes, shorter than `longWindow`.
   *
   * @default - a twelfth of `longWindow`, 2 min at least
   */
  readonly shortWindow?: Duration;
  /**
   * Whom it is for.
   *
   * @default AlertSeverity.CRITICAL
   */
  readonly severity?: AlertSeverity;
}

/** A burn rate with all that was left out. Minutes. */
export interface BurnRateAlert {
  readonly factor: number;
  readonly long: number;
  readonly short: number;
  readonly severity: AlertSeverity;
}

export const MINUTES_A_DAY = 1440;

/** Minutes. A rate needs two samples at least, and Prometheus asks every minute or more often. */
const LEAST_SHORT = 2;

/** For a window of 30 days. */
const STANDARD_DAYS = 30;
const { CRITICAL, WARNING } = AlertSeverity;
const STANDARD: readonly BurnRateAlert[] = [
  { factor: 14.4, long: 60, short: 5, severity: CRITICAL },
  { factor: 6, long: 360, short: 30, severity: CRITICAL },
  { factor: 3, long: 1440, short: 120, severity: WARNING },
  { factor: 1, long: 4320, short: 360, severity: WARNING },
];

/** The least window that the standard rates scale to: below, the shortest would hold too few samples. */
export const LEAST_STANDARD_DAYS = 7;

/** The standard rates for a window: each still tells of the same share of the budget. */
export function standardBurnRates(days: number): BurnRateAlert[] {
  const scaled = (minutes: number) => Math.round(minutes * days / STANDARD_DAYS);
  return STANDARD.map((rate) => ({ ...rate, long: scaled(rate.long), short: Math.max(LEAST_SHORT, scaled(rate.short)) }));
}

/** @param path of the objective, which has these rates of its own */
export function burnRateAlerts(path: string, rates: readonly BurnRate[], days: number): BurnRateAlert[] {
  if (!Array.isArray(rates) || rates.length === 0) {
    throw new Error(`[${path}] \`burnRates\` is ${describeValue(rates)}. Give a list with one at least, for example [{ factor: 10, longWindow: Duration.hours(1) }], or leave it out for the usual four.`);
  }
  return rates.map((rate, index) => alertOf(path, rate, index, days));
}

function alertOf(path: string, rate: BurnRate, index: number, days: number): BurnRateAlert {
  const where = `[${path}] burnRates[${index}]`;
  if (typeof rate !== 'object' || rate === null) throw new Error(`${where} is ${describeValue(rate)}. Give for example { factor: 10, longWindow: Duration.hours(1) }.`);
  const { factor, severity = CRITICAL } = rate;
  if (typeof factor !== 'number' || !(factor > 0) || !Number.isFinite(factor)) throw new Error(`${where}.factor is ${describeValue(factor)}; a number above 0 is allowed, for example 14.4.`);
  located(`[${path}] `, () => checkMember(`burnRates[${index}].severity`, severity, 'AlertSeverity', AlertSeverity));
  const long = minutesOf(rate.longWindow, `${where}.longWindow`);
  const short = rate.shortWindow === undefined ? Math.min(Math.max(LEAST_SHORT, Math.round(long / 12)), long - 1) : minutesOf(rate.shortWindow, `${where}.shortWindow`);
  if (long > days * MINUTES_A_DAY) {
    throw new Error(`${where}.longWindow is ${long} min, longer than the objective's own window of ${days} days (${days * MINUTES_A_DAY} min): there the budget is another one already. Give a shorter one, for example Duration.hours(${Math.max(1, Math.floor(days * 24 / 30))}).`);
  }
  if (short >= long) throw new Error(`${where}.shortWindow is ${short} min, and longWindow is ${long} min: the short one ends the alert, so it has to be shorter. Give for example Duration.minutes(${Math.max(1, Math.round(long / 12))}).`);
  const consumed = factor * long / (days * MINUTES_A_DAY);
  if (consumed > 1) {
    throw new Error(`${where}: after ${long} min at ${factor} times the allowed rate, ${Math.round(consumed * 100)} % of the budget of ${days} days is gone: the alert would come too late. Give a shorter longWindow or a smaller factor.`);
  }
  return { factor, long, short, severity };
}

function minutesOf(duration: Duration, what: string): number {
  const minutes = milliSecondsOf(duration, what) / 60_000;
  if (Number.isInteger(minutes)) return minutes;
  throw new Error(`${what} is ${minutes * 60} s; whole minutes are allowed, for example Duration.minutes(5).`);
}
