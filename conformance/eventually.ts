const PAUSE = 100;
/** Longer than a proxy takes to learn anything: what it takes over once a second, and an ejection of a second. */
const PATIENCE = 20_000;

/** Waits until a question about the mesh is answered with yes, and fails when that takes too long. */
export async function eventually(what: string, probe: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!await probe()) {
    if (Date.now() > end) throw new Error(`waited ${PATIENCE} ms for this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
