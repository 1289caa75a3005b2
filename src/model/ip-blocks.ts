import { checkList } from './given';
import { describeValue } from '../semantics/describe-value';
import { isIpSubnet } from '../semantics/ip-address';

/** IP addresses and CIDR blocks as policies name them, each once. Throws for what Istio refuses, and for an empty list. */
export function checkIpBlocks(field: string, blocks: readonly string[]): string[] {
  checkList(field, blocks, "['10.0.0.0/16']");
  if (blocks.length === 0) throw new Error(`\`${field}\` is empty, and an empty list means every address to Istio. Name at least one, or leave it out.`);
  for (const block of blocks) {
    if (typeof block !== 'string' || !isIpSubnet(block)) {
      throw new Error(`\`${field}\`: ${describeValue(block)} is neither an IP address nor a CIDR block. Write for example "10.0.0.1" or "10.0.0.0/16".`);
    }
  }
  return [...new Set(blocks)];
}
