import { Program } from './program';

const PAUSE = 100;

/**
 * Waits until a probe gives something other than `undefined`, and fails when that takes too long: the error says what was
 * waited for and what the probe saw last, be it what it noted or what it threw.
 */
export async function until<T>(what: string, seconds: number, probe: (note: (seen: unknown) => void) => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let seen: unknown = 'nothing';
  for (;;) {
    Program.requireAllRunning();
    try {
      const found = await probe((what_) => {
        seen = what_;
      });
      if (found !== undefined) return found;
    } catch (error) {
      seen = error instanceof Error ? error.message : error;
    }
    if (Date.now() > end) {
      throw new Error(`Waited ${seconds} s for ${what}. Last seen: ${typeof seen === 'string' ? seen : JSON.stringify(seen, undefined, 2)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
