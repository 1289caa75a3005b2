/** Says where a value was refused: puts it in front of the message. */
export function located<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`${where}${(error as Error).message}`);
  }
}
