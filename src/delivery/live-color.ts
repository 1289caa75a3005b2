/** Which of two versions answers everybody. */
export enum LiveColor {
  BLUE = 'blue',
  GREEN = 'green',
}
