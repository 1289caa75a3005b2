package verdict

import (
	"encoding/json"

	"sigs.k8s.io/yaml"

	"cdk8s-istio/conformance/judge/document"
)

// expandList makes one document of each item of a List. The API server has no such
// object: kubectl creates the items one by one. A List that is not quite one (a
// repeated key, no items) stays as it is, to be rejected.
func expandList(doc document.Document) []document.Document {
	head, err := readHead(doc)
	if err != nil || head.APIVersion != "v1" || head.Kind != "List" {
		return []document.Document{doc}
	}
	var list struct{ Items []json.RawMessage }
	text, err := yaml.YAMLToJSONStrict(doc.Text)
	if err != nil || json.Unmarshal(text, &list) != nil || list.Items == nil {
		return []document.Document{doc}
	}
	items := make([]document.Document, len(list.Items))
	for i, item := range list.Items {
		items[i] = document.Document{File: doc.File, Line: doc.Line, Offset: doc.Offset, Text: item}
	}
	return items
}
