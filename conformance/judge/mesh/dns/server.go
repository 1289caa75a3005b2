// Package dns answers the questions of the Envoys, as the cluster's own DNS and the world's do.
package dns

import (
	"net"
	"net/netip"

	"github.com/miekg/dns"
)

// Port is where the server listens.
const Port = 53

// ttl is short, as Istio lets Envoy ask again when it has passed.
const ttl = 2

// Lookup finds the addresses of a name without the dot at its end. A name that is not known does not exist; one that
// is known can have no address at the moment.
type Lookup func(name string) (addresses []netip.Addr, known bool)

// Server is a running server.
type Server struct {
	server *dns.Server
}

// Serve answers on a socket until it is stopped.
func Serve(socket net.PacketConn, lookup Lookup) *Server {
	server := &dns.Server{PacketConn: socket, Handler: dns.HandlerFunc(func(response dns.ResponseWriter, request *dns.Msg) {
		_ = response.WriteMsg(answer(request, lookup))
	})}
	go func() { _ = server.ActivateAndServe() }()
	return &Server{server}
}

// Stop ends the server.
func (s *Server) Stop() { _ = s.server.Shutdown() }

func answer(request *dns.Msg, lookup Lookup) *dns.Msg {
	reply := &dns.Msg{}
	reply.SetReply(request)
	reply.Authoritative, reply.RecursionAvailable = true, true
	for _, question := range request.Question {
		name := dns.CanonicalName(question.Name)
		addresses, known := lookup(name[:len(name)-1])
		if !known {
			reply.Rcode = dns.RcodeNameError
			return reply
		}
		for _, address := range addresses {
			// There are IPv4 addresses only: to any other question the name has nothing to say.
			if question.Qtype == dns.TypeA {
				header := dns.RR_Header{Name: question.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: ttl}
				reply.Answer = append(reply.Answer, &dns.A{Hdr: header, A: address.AsSlice()})
			}
		}
	}
	return reply
}
