package control

import (
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"golang.org/x/time/rate"
	"google.golang.org/grpc"
	"google.golang.org/grpc/peer"
	meshconfig "istio.io/api/mesh/v1alpha1"
	"k8s.io/apimachinery/pkg/runtime"

	secret "github.com/envoyproxy/go-control-plane/envoy/service/secret/v3"
	v3 "istio.io/istio/pilot/pkg/xds/v3"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/security"

	"cdk8s-istio/conformance/judge/mesh/certs"
	"cdk8s-istio/conformance/judge/mesh/envoy"
)

// Istiod is Istio's discovery server with the mesh's configuration, serving on unix sockets.
type Istiod struct {
	server   *xds.FakeDiscoveryServer
	lifetime *lifetime
	secrets  *grpc.Server
	started  time.Time
	// written is what was last said of each object.
	written map[string]string
}

// Options are what istiod starts with.
type Options struct {
	Mesh       *meshconfig.MeshConfig
	Kubernetes []runtime.Object
	Configs    []config.Config
	// Secrets serves the certificates; it answers on SecretSocket.
	Secrets      *certs.Secrets
	SecretSocket string
	// DiscoverySocket is where the Envoys get their configuration.
	DiscoverySocket string
	// Untouched: what istiod makes is for Istio's own Envoy, and no plain one is served.
	Untouched bool
	Report    func(string)
}

// Start starts the control plane.
func Start(options Options) (*Istiod, error) {
	if !options.Untouched {
		if err := fitPlainEnvoy(); err != nil {
			return nil, err
		}
	}
	i := &Istiod{lifetime: &lifetime{report: options.Report}, started: time.Now(), written: map[string]string{}}
	for n := range options.Configs {
		i.written[options.Configs[n].Key()] = text(options.Configs[n])
		if options.Configs[n].CreationTimestamp.IsZero() {
			options.Configs[n].CreationTimestamp = i.started
		}
	}
	err := i.lifetime.run(func() {
		i.server = xds.NewFakeDiscoveryServer(i.lifetime, xds.FakeOptions{
			MeshConfig:                 options.Mesh,
			KubernetesObjects:          options.Kubernetes,
			Configs:                    options.Configs,
			DisableSecretAuthorization: true,
			KubeClientModifier:         i.lifetime.installCRDs,
			ListenerBuilder:            func() (net.Listener, error) { return listen(options.DiscoverySocket) },
		})
	})
	if err != nil {
		i.Stop()
		return nil, err
	}
	if options.Untouched {
		// How fast proxies may connect is a setting and no property of the mesh.
		i.server.Discovery.RequestRateLimit.SetLimit(rate.Inf)
		return i, nil
	}
	generators := i.server.Discovery.Generators
	generators[v3.ClusterType] = alpnClusters{generators[v3.ClusterType]}
	i.server.Discovery.Authenticators = []security.Authenticator{nodeAuthenticator{}}
	if err := i.serveSecrets(options); err != nil {
		i.Stop()
		return nil, err
	}
	return i, nil
}

func (i *Istiod) serveSecrets(options Options) error {
	listener, err := listen(options.SecretSocket)
	if err != nil {
		return err
	}
	i.secrets = grpc.NewServer()
	secret.RegisterSecretDiscoveryServiceServer(i.secrets, options.Secrets)
	go func() {
		if err := i.secrets.Serve(listener); err != nil {
			options.Report(fmt.Sprintf("the certificate server ended: %v", err))
		}
	}()
	return nil
}

// listen opens a unix socket that Envoy's user may connect to.
func listen(path string) (net.Listener, error) {
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	return listener, os.Chmod(path, 0o666)
}

// Stop ends the control plane. It is safe to call at any time, also twice.
func (i *Istiod) Stop() {
	if i.secrets != nil {
		i.secrets.Stop()
	}
	i.lifetime.end()
}

// nodeAuthenticator believes the identity that the judge itself wrote into each Envoy's bootstrap.
type nodeAuthenticator struct{}

func (nodeAuthenticator) AuthenticatorType() string { return "judge" }

func (nodeAuthenticator) Authenticate(context security.AuthContext) (*security.Caller, error) {
	if _, ok := peer.FromContext(context.GrpcContext); !ok {
		return nil, fmt.Errorf("no peer")
	}
	values := context.Header(envoy.IdentityMetadata)
	if len(values) != 1 || !strings.HasPrefix(values[0], "spiffe://") {
		return nil, fmt.Errorf("no identity in %s", envoy.IdentityMetadata)
	}
	return &security.Caller{AuthSource: security.AuthSourceClientCertificate, Identities: values}, nil
}
