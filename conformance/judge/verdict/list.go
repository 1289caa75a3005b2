package verdict

import (
	"encoding/json"

	"cdk8s-istio/conformance/judge/document"
)

// expandList makes one document of each item of a List. The API server has no such
// object: kubectl creates the items one by one. A List that is not quite one (a
// repeated key, no items) stays as it is, to be rejected.
func expandList(h head) ([]document.Document, bool) {
	if h.APIVersion != "v1" || h.Kind != "List" || len(h.strictErrs) > 0 {
		return nil, false
	}
	var list struct{ Items []json.RawMessage }
	if json.Unmarshal(h.json, &list) != nil || list.Items == nil {
		return nil, false
	}
	items := make([]document.Document, len(list.Items))
	for i, item := range list.Items {
		items[i] = document.Document{File: h.doc.File, Line: h.doc.Line, Offset: h.doc.Offset, Text: item}
	}
	return items, true
}
