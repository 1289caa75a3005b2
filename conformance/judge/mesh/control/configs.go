package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/resource"
	"istio.io/istio/pkg/kube"

	"cdk8s-istio/conformance/judge/mesh/topology"
)

// domain completes short names. Without it istiod silently ignores every object that uses one.
const domain = "cluster.local"

// ErrGatewayAPI says that an object is not configuration of Istio's own.
var ErrGatewayAPI = errors.New("Gateway API objects count only among the manifests that the mesh starts with: istiod reads them from the cluster, not from the store that can be changed here")

// Config turns a document into istiod's own form; what istiod's webhook refuses is an error.
func Config(document topology.Document) (config.Config, error) {
	kind := document.GroupVersionKind()
	if kind.Group == "gateway.networking.k8s.io" {
		return config.Config{}, ErrGatewayAPI
	}
	schema, known := collections.PilotGatewayAPI().FindByGroupVersionAliasesKind(resource.FromKubernetesGVK(&kind))
	if !known {
		return config.Config{}, fmt.Errorf("%s (%s): istiod knows no %s %s", document, document.Source, document.GetAPIVersion(), document.GetKind())
	}
	raw, err := json.Marshal(document.Object)
	if err != nil {
		return config.Config{}, err
	}
	read, others, err := crd.ParseInputs(string(raw))
	if err != nil {
		return config.Config{}, fmt.Errorf("%s (%s): %w", document, document.Source, err)
	}
	if len(read) != 1 || len(others) != 0 {
		return config.Config{}, fmt.Errorf("%s (%s): istiod reads no %s in it", document, document.Source, schema.Kind())
	}
	read[0].Domain = domain
	return read[0], nil
}

// kindOf finds the kind that a person means by "VirtualService".
func kindOf(name string) (config.GroupVersionKind, error) {
	var found []config.GroupVersionKind
	for _, schema := range collections.Pilot.All() {
		if schema.Kind() == name {
			found = append(found, schema.GroupVersionKind())
		}
	}
	if len(found) == 0 {
		var known []string
		for _, schema := range collections.Pilot.All() {
			known = append(known, schema.Kind())
		}
		return config.GroupVersionKind{}, fmt.Errorf("istiod knows no kind %q; it knows %s", name, strings.Join(known, ", "))
	}
	return found[0], nil
}

// Sort parts the documents into the configuration store's objects and those that istiod reads from the cluster.
func Sort(documents []topology.Document) ([]config.Config, []runtime.Object, error) {
	var configs []config.Config
	var objects []runtime.Object
	for _, document := range documents {
		read, err := Config(document)
		switch {
		case errors.Is(err, ErrGatewayAPI):
			object, err := clusterObject(document)
			if err != nil {
				return nil, nil, err
			}
			objects = append(objects, object)
		case err != nil:
			return nil, nil, err
		default:
			configs = append(configs, read)
		}
	}
	return configs, objects, nil
}

func clusterObject(document topology.Document) (runtime.Object, error) {
	raw, err := json.Marshal(document.Object)
	if err != nil {
		return nil, err
	}
	object, _, err := kube.IstioCodec.UniversalDeserializer().Decode(raw, nil, nil)
	if err != nil {
		return nil, fmt.Errorf("%s (%s): %w", document, document.Source, err)
	}
	return object, nil
}
