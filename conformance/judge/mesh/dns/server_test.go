package dns

import (
	"net"
	"net/netip"
	"testing"

	"github.com/miekg/dns"
)

func TestServer(t *testing.T) {
	socket, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := Serve(socket, func(name string) ([]netip.Addr, bool) {
		switch name {
		case "api.example.com":
			return []netip.Addr{netip.MustParseAddr("10.244.200.1"), netip.MustParseAddr("10.244.200.2")}, true
		case "idle.example.com":
			return nil, true
		}
		return nil, false
	})
	defer server.Stop()
	for _, c := range []struct {
		name    string
		kind    uint16
		code    int
		answers int
	}{
		{"api.example.com.", dns.TypeA, dns.RcodeSuccess, 2},
		{"API.example.com.", dns.TypeA, dns.RcodeSuccess, 2},
		{"api.example.com.", dns.TypeAAAA, dns.RcodeSuccess, 0},
		{"idle.example.com.", dns.TypeA, dns.RcodeSuccess, 0},
		{"other.example.com.", dns.TypeA, dns.RcodeNameError, 0},
	} {
		question := &dns.Msg{}
		question.SetQuestion(c.name, c.kind)
		got, err := dns.Exchange(question, socket.LocalAddr().String())
		if err != nil {
			t.Fatal(err)
		}
		if got.Rcode != c.code || len(got.Answer) != c.answers {
			t.Errorf("%s, type %d: %v", c.name, c.kind, got)
		}
	}
}
