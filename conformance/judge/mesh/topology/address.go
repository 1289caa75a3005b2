package topology

import (
	"fmt"
	"net/netip"
)

// The networks are those most clusters use, so that a manifest with an address in it makes sense here too.
var (
	podNetwork     = netip.MustParsePrefix("10.244.0.0/16")
	ServiceNetwork = netip.MustParsePrefix("10.96.0.0/16")
	fixedFrom      = netip.MustParseAddr("10.244.200.0")
	fixedTo        = netip.MustParseAddr("10.244.255.254")
)

// fixedAddressAnnotation gives a workload's first pod an address that its test can write into a ServiceEntry.
const fixedAddressAnnotation = "judge.cdk8s-istio/ip"

func checkFixedAddress(text string) error {
	address, err := netip.ParseAddr(text)
	if err != nil {
		return fmt.Errorf("%s: %q is no IP address", fixedAddressAnnotation, text)
	}
	if address.Less(fixedFrom) || fixedTo.Less(address) {
		return fmt.Errorf("%s: %s is not between %s and %s", fixedAddressAnnotation, text, fixedFrom, fixedTo)
	}
	return nil
}

// addressPool hands out the addresses of a network in order, skipping what is taken.
type addressPool struct {
	last  netip.Addr
	taken map[string]bool
}

func newAddressPool(network netip.Prefix) *addressPool {
	return &addressPool{last: network.Addr(), taken: map[string]bool{}}
}

func (p *addressPool) next() string {
	p.last = p.last.Next()
	for p.taken[p.last.String()] {
		p.last = p.last.Next()
	}
	return p.last.String()
}
