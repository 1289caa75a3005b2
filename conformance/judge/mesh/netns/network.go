package netns

import (
	"fmt"
	"net"
	"strings"
	"sync"
)

// Gateway is the next hop of every pod. The same link-local address stands on the router's end of every link, so
// that each packet between pods passes the router, where Services are resolved, and pods share no Ethernet.
const Gateway = "169.254.1.1"

// Network is a router with pods around it.
type Network struct {
	links  []PodLink
	router *Namespace
	pods   []*Namespace
}

// PodLink says what a pod's network needs.
type PodLink struct {
	Name    string
	IP      string
	Capture Capture
}

// Build makes the router and one namespace a pod, in the order of the links.
func Build(links []PodLink, services []VirtualService) (*Network, error) {
	router, err := New("the router")
	if err != nil {
		return nil, err
	}
	network := &Network{links: links, router: router}
	if err := network.build(links, services); err != nil {
		network.Close()
		return nil, err
	}
	return network, nil
}

func (n *Network) build(links []PodLink, services []VirtualService) error {
	batch := &strings.Builder{}
	fmt.Fprintln(batch, "link set lo up")
	for i, link := range links {
		pod, err := New(link.Name)
		if err != nil {
			return err
		}
		n.pods = append(n.pods, pod)
		name := fmt.Sprintf("cdi-%d", i)
		fmt.Fprintf(batch, "link add name %s type veth peer name eth0 netns %s\n", name, pod.path())
		fmt.Fprintf(batch, "addr add %s/32 dev %s\n", Gateway, name)
		fmt.Fprintf(batch, "link set %s up\n", name)
		fmt.Fprintf(batch, "route add %s/32 dev %s\n", link.IP, name)
	}
	if err := n.router.run(batch.String(), "ip", "-batch", "-"); err != nil {
		return err
	}
	if err := n.router.setKernel("ipv4/ip_forward", "1"); err != nil {
		return err
	}
	if err := n.Serve(services); err != nil {
		return err
	}
	return n.configurePods(links)
}

// Serve lets the router know these Services and no others.
func (n *Network) Serve(services []VirtualService) error {
	return n.router.run(serviceRules(services, n.links), "iptables-restore")
}

func (n *Network) configurePods(links []PodLink) error {
	errs := make([]error, len(links))
	slots := make(chan struct{}, 4)
	var group sync.WaitGroup
	for i, link := range links {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			errs[i] = n.pods[i].configure(link)
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (n *Namespace) configure(link PodLink) error {
	batch := fmt.Sprintf(`link set lo up
addr add %s/32 dev eth0
link set eth0 up
route add %s dev eth0 scope link
route add default via %s dev eth0
`, link.IP, Gateway, Gateway)
	if err := n.run(batch, "ip", "-batch", "-"); err != nil {
		return err
	}
	// A gateway's Envoy is no root, yet listens on port 80.
	if err := n.setKernel("ipv4/ip_unprivileged_port_start", "0"); err != nil {
		return err
	}
	if rules := link.Capture.rules(); rules != "" {
		return n.run(rules, "iptables-restore")
	}
	return nil
}

// ListenPacket listens for datagrams on the router, at an address that every pod reaches.
func (n *Network) ListenPacket(port int) (net.PacketConn, error) {
	var socket net.PacketConn
	err := n.router.Do(func() error {
		var err error
		socket, err = net.ListenPacket("udp4", fmt.Sprintf("%s:%d", Gateway, port))
		return err
	})
	return socket, err
}

// Pod is the namespace of the link with this number.
func (n *Network) Pod(index int) *Namespace { return n.pods[index] }

// Close lets go of all namespaces.
func (n *Network) Close() {
	for _, pod := range n.pods {
		pod.Close()
	}
	n.router.Close()
}
