package mesh

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/resource"
	"istio.io/istio/pkg/ptr"

	"cdk8s-istio/conformance/judge/document"
	"cdk8s-istio/conformance/judge/mesh/topology"
	"cdk8s-istio/conformance/judge/verdict"
)

const gatewayAPI = "gateway.networking.k8s.io"

// ReadManifests reads manifests as the cluster would hold them.
func ReadManifests(paths []string) ([]topology.Document, error) {
	documents, err := topology.ReadPaths(paths)
	if err != nil {
		return nil, err
	}
	return documents, completeGatewayAPI(documents)
}

// completeGatewayAPI gives the objects of Gateway API the defaults of their CRDs, as the API server does before istiod
// reads them, and refuses what the API server would refuse.
func completeGatewayAPI(documents []topology.Document) error {
	var store *verdict.Store
	for _, d := range documents {
		if d.GroupVersionKind().Group != gatewayAPI {
			continue
		}
		if store == nil {
			var err error
			if store, err = gatewayAPIStore(); err != nil {
				return err
			}
		}
		raw, err := json.Marshal(d.Object)
		if err != nil {
			return err
		}
		kept, err := store.Keep(raw)
		if err != nil {
			return fmt.Errorf("%s (%s) is refused by the API server: %w", d, d.Source, err)
		}
		clear(d.Object)
		if err := json.Unmarshal(kept, &d.Object); err != nil {
			return err
		}
		// Whoever asks the API server gets an object in the version that it asks for; the CRDs convert nothing else.
		if read, known := collections.All.FindByGroupKind(resource.FromKubernetesGVK(ptr.Of(d.GroupVersionKind()))); known {
			d.SetAPIVersion(read.GroupVersionKind().GroupVersion())
		}
	}
	return nil
}

func gatewayAPIStore() (*verdict.Store, error) {
	for _, directory := range buildDirectories() {
		paths, _ := filepath.Glob(filepath.Join(directory, "crds", gatewayAPI+"_*.yaml"))
		if len(paths) == 0 {
			continue
		}
		files, err := document.ReadFiles(paths, os.Stdin)
		if err != nil {
			return nil, err
		}
		return verdict.NewStore(files...)
	}
	return nil, fmt.Errorf("%w: the CRDs of Gateway API: run conformance/setup.sh, which puts them into conformance/.build/crds", ErrPrerequisite)
}
