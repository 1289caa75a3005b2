package certs

import (
	"fmt"
	"strconv"
	"sync/atomic"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	secret "github.com/envoyproxy/go-control-plane/envoy/service/secret/v3"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/anypb"
)

const secretType = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"

// systemRoots is how istiod names the roots that a machine trusts by itself.
const systemRoots = "file-root:system"

// Secrets is what Istio's agent is to its Envoy: it serves the workload certificate "default" and the root "ROOTCA".
type Secrets struct {
	secret.UnimplementedSecretDiscoveryServiceServer
	Authority *Authority
	// Authorities knows the public one, whose root is what a machine trusts by itself.
	Authorities *Authorities
	// IdentityOf finds the identity of a node by its id.
	IdentityOf func(node string) (string, bool)

	nonces atomic.Int64
}

// StreamSecrets answers every subscription and every re-subscription; only acknowledgements stay unanswered, or
// Envoy and this server would talk forever.
func (s *Secrets) StreamSecrets(stream secret.SecretDiscoveryService_StreamSecretsServer) error {
	node, sentNonce, sentNames := "", "", ""
	for {
		request, err := stream.Recv()
		if err != nil {
			return nil // the Envoy is gone
		}
		if request.GetNode().GetId() != "" {
			node = request.GetNode().GetId()
		}
		names := fmt.Sprint(request.GetResourceNames())
		if request.GetErrorDetail() != nil {
			return status.Errorf(codes.Internal, "%s refused %s: %s", node, names, request.GetErrorDetail().GetMessage())
		}
		if request.GetResponseNonce() != "" && request.GetResponseNonce() == sentNonce && names == sentNames {
			continue
		}
		response, err := s.respond(node, request.GetResourceNames())
		if err != nil {
			return err
		}
		sentNonce, sentNames = response.GetNonce(), names
		if err := stream.Send(response); err != nil {
			return nil
		}
	}
}

func (s *Secrets) respond(node string, names []string) (*discovery.DiscoveryResponse, error) {
	nonce := strconv.FormatInt(s.nonces.Add(1), 10)
	response := &discovery.DiscoveryResponse{TypeUrl: secretType, VersionInfo: nonce, Nonce: nonce}
	for _, name := range names {
		found, err := s.find(node, name)
		if err != nil {
			return nil, err
		}
		packed, err := anypb.New(found)
		if err != nil {
			return nil, err
		}
		response.Resources = append(response.Resources, packed)
	}
	return response, nil
}

func (s *Secrets) find(node, name string) (*tls.Secret, error) {
	switch name {
	case "default":
		identity, ok := s.IdentityOf(node)
		if !ok {
			return nil, status.Errorf(codes.NotFound, "no pod has the node id %q", node)
		}
		pair, err := s.Authority.Issue(identity)
		if err != nil {
			return nil, err
		}
		return &tls.Secret{Name: name, Type: &tls.Secret_TlsCertificate{TlsCertificate: &tls.TlsCertificate{
			CertificateChain: inline(pair.Chain),
			PrivateKey:       inline(pair.Key),
		}}}, nil
	case "ROOTCA":
		return root(name, s.Authority), nil
	case systemRoots:
		public, err := s.Authorities.Named(PublicCA)
		if err != nil {
			return nil, err
		}
		return root(name, public), nil
	}
	return nil, status.Errorf(codes.NotFound, "there is no secret %q: only the workload's own certificate, the mesh's root and the machine's roots are served here", name)
}

func root(name string, authority *Authority) *tls.Secret {
	return &tls.Secret{Name: name, Type: &tls.Secret_ValidationContext{ValidationContext: &tls.CertificateValidationContext{
		TrustedCa: inline(authority.Root()),
	}}}
}

func inline(data []byte) *core.DataSource {
	return &core.DataSource{Specifier: &core.DataSource_InlineBytes{InlineBytes: data}}
}
