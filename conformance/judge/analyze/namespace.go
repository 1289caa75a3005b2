package analyze

import (
	"encoding/json"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"istio.io/istio/pkg/config/schema/collections"
	istioresource "istio.io/istio/pkg/config/schema/resource"

	"cdk8s-istio/conformance/judge/document"
)

// withNamespace writes a namespace into an object that lives in one and names none, as
// a client does on apply. Istio would do it too, but only for a run over that single
// namespace. A document that cannot be read stays as it is: Istio says what is wrong.
func withNamespace(doc document.Document, namespace string) []byte {
	body := doc.Body()
	var object map[string]any
	if err := yaml.Unmarshal(body, &object); err != nil || !livesInNamespace(object) {
		return body
	}
	metadata, _ := object["metadata"].(map[string]any)
	if metadata == nil || metadata["namespace"] != nil {
		return body
	}
	metadata["namespace"] = namespace
	text, err := json.Marshal(object)
	if err != nil {
		return body
	}
	return text // JSON is YAML
}

func livesInNamespace(object map[string]any) bool {
	apiVersion, _ := object["apiVersion"].(string)
	kind, _ := object["kind"].(string)
	gvk := schema.FromAPIVersionAndKind(apiVersion, kind)
	known, ok := collections.All.FindByGroupVersionAliasesKind(istioresource.FromKubernetesGVK(&gvk))
	return ok && !known.IsClusterScoped()
}
