package verdict

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"testing"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"istio.io/istio/pkg/config/crd"

	"cdk8s-istio/conformance/judge/document"
)

// Istio has a validator of its own for tests, built from the same libraries by other
// hands. It handles nulls, metadata and status otherwise than a server; without those,
// random documents must get the same verdict from both.
func TestAgreesWithIstiosOwnValidator(t *testing.T) {
	const documents = 3000
	source, err := istioCRDs()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "crds.yaml")
	if err := os.WriteFile(file, source.Text, 0o600); err != nil {
		t.Fatal(err)
	}
	istio, err := crd.NewValidatorFromFilesWithOptions([]string{file}, crd.WithoutCRDValidation())
	if err != nil {
		t.Fatal(err)
	}
	kinds := newestKinds(t)
	random := randomObjects{rand.New(rand.NewPCG(1, 31))}
	acceptedCount, disagreements := 0, 0
	for i := range documents {
		kind := kinds[i%len(kinds)]
		object := map[string]any{
			"apiVersion": kind.gvk.GroupVersion().String(), "kind": kind.gvk.Kind,
			"metadata": map[string]any{"name": "a", "namespace": "b"},
			"spec":     random.value(ptr(kind.structural.Properties["spec"]), 0),
		}
		text, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		ours := theJudge.Documents(document.Split("random.json", text))[0].APIServer
		parsed := &unstructured.Unstructured{}
		if err := parsed.UnmarshalJSON(text); err != nil {
			t.Fatal(err)
		}
		theirs := istio.ValidateCustomResource(parsed)
		if ours.Accepted {
			acceptedCount++
		}
		if ours.Accepted != (theirs == nil) {
			if disagreements++; disagreements <= 5 {
				t.Errorf("%s\nours: %q\nIstio's: %v", text, ours.Errors, theirs)
			}
		}
	}
	t.Logf("%d of %d accepted", acceptedCount, documents)
	if acceptedCount < documents/10 || acceptedCount > documents*9/10 {
		t.Errorf("%d of %d accepted: the documents no longer exercise both answers", acceptedCount, documents)
	}
	if disagreements > 5 {
		t.Errorf("%d disagreements", disagreements)
	}
}

func newestKinds(t *testing.T) []*customKind {
	t.Helper()
	var kinds []*customKind
	for gvk, kind := range theJudge.custom.kinds {
		if gvk.Version == "v1" || len(theJudge.custom.served[gvk.GroupKind()]) == 1 {
			if err := kind.compile(); err != nil {
				t.Fatal(err)
			}
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) != 15 {
		t.Fatalf("%d kinds, expected 15", len(kinds))
	}
	sort.Slice(kinds, func(i, j int) bool { return kinds[i].gvk.Kind < kinds[j].gvk.Kind })
	return kinds
}

// randomObjects makes values that mostly fit a schema, and sometimes just do not.
type randomObjects struct{ *rand.Rand }

var someStrings = []string{
	"a", "a.example", "*", "*.example", "", "5s", "0s", "1.5ms", "1d", "http://a.example", "ftp://a",
	"unix:///a", "unix://@a/", "80", "HTTP", "é", "v1", "10.0.0.0/8", "/a",
}

var someNumbers = []any{0, 1, 80, 503, 65535, 65536, -1, 1 << 31, 1 << 32, 5.5, "5"}

func (r randomObjects) value(s *structuralschema.Structural, depth int) any {
	if r.Float64() < 0.004 {
		return []any{"5", 5, true, []any{}, map[string]any{"bogus": 1}}[r.IntN(5)]
	}
	if s.XIntOrString {
		return []any{"a", 5}[r.IntN(2)]
	}
	switch s.Type {
	case "object":
		return r.object(s, depth)
	case "array":
		list := []any{}
		for range r.IntN(3) {
			list = append(list, r.value(s.Items, depth+1))
		}
		return list
	case "string":
		if s.ValueValidation != nil && len(s.ValueValidation.Enum) > 0 && r.Float64() < 0.98 {
			return s.ValueValidation.Enum[r.IntN(len(s.ValueValidation.Enum))].Object
		}
		// The first few fit most places.
		return someStrings[min(r.IntN(len(someStrings)), r.IntN(len(someStrings)), r.IntN(len(someStrings)))]
	case "integer", "number":
		return someNumbers[min(r.IntN(len(someNumbers)), r.IntN(len(someNumbers)), r.IntN(len(someNumbers)))]
	case "boolean":
		return r.IntN(2) == 0
	}
	return map[string]any{"anything": "goes"}
}

func (r randomObjects) object(s *structuralschema.Structural, depth int) map[string]any {
	object := map[string]any{}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Structural != nil {
		for i := range r.IntN(3) {
			object[fmt.Sprint("key", i)] = r.value(s.AdditionalProperties.Structural, depth+1)
		}
		return object
	}
	required := map[string]bool{}
	if s.ValueValidation != nil {
		for _, name := range s.ValueValidation.Required {
			required[name] = r.Float64() < 0.99
		}
	}
	names := make([]string, 0, len(s.Properties))
	for name := range s.Properties {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if required[name] || r.Float64() < 1.2/float64(len(names)) {
			object[name] = r.value(ptr(s.Properties[name]), depth+1)
		}
	}
	if r.Float64() < 0.01 {
		object["bogus"] = 1
	}
	return object
}

func ptr(s structuralschema.Structural) *structuralschema.Structural { return &s }
