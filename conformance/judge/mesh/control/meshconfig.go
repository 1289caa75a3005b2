package control

import (
	"fmt"
	"os"

	"google.golang.org/protobuf/types/known/wrapperspb"
	meshconfig "istio.io/api/mesh/v1alpha1"

	"istio.io/istio/pilot/pkg/features"
	xdsfilters "istio.io/istio/pilot/pkg/xds/filters"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/security"
)

// MeshConfig is the user's mesh configuration, as far as a plain Envoy understands what comes of it.
func MeshConfig(path string) (*meshconfig.MeshConfig, error) {
	config, err := GivenMeshConfig(path)
	if err != nil {
		return nil, err
	}
	// Metrics come from filters that only Istio's build of Envoy has; a plain Envoy refuses them.
	config.DefaultProviders = &meshconfig.MeshConfig_DefaultProviders{}
	config.EnablePrometheusMerge = wrapperspb.Bool(false)
	return config, nil
}

// GivenMeshConfig reads the user's mesh configuration over Istio's defaults; an empty path means the defaults.
func GivenMeshConfig(path string) (*meshconfig.MeshConfig, error) {
	config := mesh.DefaultMeshConfig()
	if path != "" {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("cannot read the mesh configuration: %w", err)
		}
		config, err = mesh.ApplyMeshConfig(string(content), config)
		if err != nil {
			return nil, fmt.Errorf("%s is no mesh configuration: %w", path, err)
		}
	}
	return config, nil
}

// fitPlainEnvoy replaces or switches off what only Istio's build of Envoy understands, and nothing else.
func fitPlainEnvoy() error {
	alpn, err := alpnFilter()
	if err != nil {
		return err
	}
	xdsfilters.Alpn = alpn
	// The exchange of metadata is for metrics alone.
	features.MetadataExchange = false
	// istiod gives gateways their certificates only when it knows who they are. The proxies come over a unix
	// socket without TLS, so they are asked all the same.
	security.AuthPlaintext = true
	return nil
}
