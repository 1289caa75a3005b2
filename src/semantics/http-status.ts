/** First and last of each run of registered status codes. */
const REGISTERED: readonly (readonly [number, number])[] = [
  [100, 103], [200, 208], [226, 226], [300, 305], [307, 308], [400, 418], [421, 426], [428, 429], [431, 431], [451, 451], [500, 508], [510, 511],
];

/** Whether an HTTP status is one that Go knows a text for. */
export function isRegisteredStatus(status: number): boolean {
  return REGISTERED.some(([first, last]) => status >= first && status <= last);
}
