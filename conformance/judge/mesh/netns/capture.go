package netns

import (
	"fmt"
	"strings"
)

// ProxyUID is the user that Envoy runs as: what it sends is not captured again.
const ProxyUID = 1337

// Capture says which of a pod's traffic goes through its sidecar.
type Capture struct {
	Enabled                 bool
	ExcludeInboundPorts     []string
	ExcludeOutboundPorts    []string
	ExcludeOutboundIPRanges []string
}

// rules do what istio-init or istio-cni do to a pod in REDIRECT mode.
func (c Capture) rules() string {
	if !c.Enabled {
		return ""
	}
	out := &strings.Builder{}
	line := func(format string, values ...any) { fmt.Fprintf(out, format+"\n", values...) }
	line("*nat")
	line(":PREROUTING ACCEPT [0:0]")
	line(":OUTPUT ACCEPT [0:0]")
	line(":JUDGE_INBOUND - [0:0]")
	line(":JUDGE_OUTPUT - [0:0]")
	line("-A PREROUTING -p tcp -j JUDGE_INBOUND")
	line("-A OUTPUT -p tcp -j JUDGE_OUTPUT")
	for _, port := range append([]string{"15008", "15020", "15021", "15090"}, c.ExcludeInboundPorts...) {
		line("-A JUDGE_INBOUND -p tcp --dport %s -j RETURN", port)
	}
	line("-A JUDGE_INBOUND -p tcp -j REDIRECT --to-ports 15006")
	for _, port := range c.ExcludeOutboundPorts {
		line("-A JUDGE_OUTPUT -p tcp --dport %s -j RETURN", port)
	}
	// Envoy reaches its own application from 127.0.0.6.
	line("-A JUDGE_OUTPUT -o lo -s 127.0.0.6/32 -j RETURN")
	// Envoy that was led back to its own pod by a Service enters like any other client.
	line("-A JUDGE_OUTPUT -o lo ! -d 127.0.0.1/32 -p tcp -m owner --uid-owner %d -j REDIRECT --to-ports 15006", ProxyUID)
	line("-A JUDGE_OUTPUT -o lo -m owner ! --uid-owner %d -j RETURN", ProxyUID)
	line("-A JUDGE_OUTPUT -m owner --uid-owner %d -j RETURN", ProxyUID)
	line("-A JUDGE_OUTPUT -d 127.0.0.1/32 -j RETURN")
	for _, network := range c.ExcludeOutboundIPRanges {
		line("-A JUDGE_OUTPUT -d %s -j RETURN", network)
	}
	line("-A JUDGE_OUTPUT -p tcp -j REDIRECT --to-ports 15001")
	line("COMMIT")
	return out.String()
}

// VirtualService is an address and port that stands for several, as kube-proxy knows it.
type VirtualService struct {
	IP       string
	Port     int
	Backends []string
}

// serviceRules make the router do kube-proxy's part: what is sent to a Service's address goes to one of its pods.
// Sidecars send to pods directly; this is for plain pods and for what a sidecar passes through.
func serviceRules(services []VirtualService, links []PodLink) string {
	out := &strings.Builder{}
	line := func(format string, values ...any) { fmt.Fprintf(out, format+"\n", values...) }
	line("*nat")
	line(":PREROUTING ACCEPT [0:0]")
	line(":POSTROUTING ACCEPT [0:0]")
	for _, service := range services {
		if len(service.Backends) == 0 {
			// A Service without pods refuses at once: nothing listens on this port of the router.
			line("-A PREROUTING -d %s/32 -p tcp --dport %d -j DNAT --to-destination %s:1", service.IP, service.Port, Gateway)
		}
		for i, backend := range service.Backends {
			choice := ""
			if left := len(service.Backends) - i; left > 1 {
				choice = fmt.Sprintf("-m statistic --mode random --probability %.8f ", 1/float64(left))
			}
			line("-A PREROUTING -d %s/32 -p tcp --dport %d %s-j DNAT --to-destination %s", service.IP, service.Port, choice, backend)
		}
	}
	// A pod that reaches itself through a Service would answer itself past the router.
	for _, link := range links {
		line("-A POSTROUTING -s %s/32 -d %s/32 -j MASQUERADE", link.IP, link.IP)
	}
	line("COMMIT")
	return out.String()
}
