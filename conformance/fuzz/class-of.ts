import { Disagreement } from './compare';

/** What a disagreement is about, with its values blanked: many documents, one class. */
export function classOf({ document, about, istio, istioSays, weSay, threw }: Disagreement): string {
  if (threw) return `${document?.kind} | ${about} | we throw | ${weSay[0].split('\n').slice(0, 2).join(' ').replace(/\s+/g, ' ')}`;
  const says = (istioSays[0] ?? weSay[0] ?? '').split('\n').find((line) => /\w{4}/.test(line) && !/errors? occurred/.test(line)) ?? '';
  const blanked = says.replace(/"[^"]*"/g, '"…"').replace(/\[\d+\]/g, '[]').replace(/[\w-]+\/[\w.-]+/g, '…/…').replace(/\d+/g, 'N').slice(0, 140);
  return `${document?.kind} | ${about} | ${istio ? 'Istio accepts' : about === 'warnings' ? 'Istio warns' : 'Istio refuses'} | ${blanked}`;
}
