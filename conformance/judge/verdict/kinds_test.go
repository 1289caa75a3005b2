package verdict

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cdk8s-istio/conformance/judge/document"
)

func TestKubernetesKinds(t *testing.T) {
	for name, c := range map[string]struct{ text, checked, want string }{
		"a Namespace":             {"apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {istio-injection: enabled}}", StrictDecode, ok},
		"an unknown field":        {"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80, bogus: 1}]}", StrictDecode, `unknown field "spec.ports[0].bogus"`},
		"a wrong type":            {"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: \"1\"}", StrictDecode, "replicas"},
		"a repeated key":          {"apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\nmetadata: {name: a}", StrictDecode, `line 4: key "metadata" already set`},
		"no name":                 {"apiVersion: v1\nkind: ServiceAccount", StrictDecode, "metadata.name: Required value"},
		"a bad label":             {"apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, labels: {a: b c}}", StrictDecode, "metadata.labels: Invalid value"},
		"a CRD":                   {"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}", StrictDecode, ok},
		"a version that is gone":  {"apiVersion: extensions/v1beta9\nkind: Deployment\nmetadata: {name: a}", NotChecked, "unknown kind"},
		"no object of its own":    {"apiVersion: apps/v1\nkind: DeleteOptions\nmetadata: {name: a}", NotChecked, "unknown kind"},
		"a kind of others":        {"apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: a}", NotChecked, "give its CRD with --crds"},
		"a version Istio has not": {"apiVersion: networking.istio.io/v2\nkind: VirtualService\nmetadata: {name: a}", NotChecked, `no matches for kind "VirtualService" in version "networking.istio.io/v2"`},
	} {
		t.Run(name, func(t *testing.T) {
			v := judgeOne(t, c.text)
			checkAPIServer(t, v, c.want)
			if v.APIServer.Checked != c.checked {
				t.Errorf("checked %q, expected %q", v.APIServer.Checked, c.checked)
			}
			if v.Accepted != (c.want == ok) {
				t.Errorf("accepted is %v", v.Accepted)
			}
		})
	}
}

func TestWhatIsNoObject(t *testing.T) {
	for text, want := range map[string]string{
		"x: y\na: b: c":                    "line 2: mapping values",
		"# why\n\n- a":                     "the document is no object",
		"just words":                       "the document is no object",
		"null":                             "the document is no object",
		"kind: Service":                    "apiVersion is missing or no string; got nothing",
		"apiVersion: v1\nkind: 7":          "kind is missing or no string; got 7",
		"apiVersion: a/b/c\nkind: Service": "unexpected GroupVersion string",
	} {
		v := judgeOne(t, text)
		checkAPIServer(t, v, want)
		if v.Accepted || v.Webhook.Checked != NotChecked {
			t.Errorf("%q: accepted %v, webhook checked %q", text, v.Accepted, v.Webhook.Checked)
		}
	}
}

func TestDocumentsAreNumberedAndLocated(t *testing.T) {
	verdicts := judgeAll("---\n# nothing\n---\n" + destinationRule("") + "---\napiVersion: v1\nkind: List\nitems:\n" +
		"- {apiVersion: v1, kind: Namespace, metadata: {name: a}}\n- {apiVersion: v1, kind: Namespace, metadata: {name: B}}\n")
	if len(verdicts) != 3 {
		t.Fatalf("%d verdicts, expected 3", len(verdicts))
	}
	for i, want := range []struct {
		line       int
		kind, name string
	}{{4, "DestinationRule", "reviews"}, {12, "Namespace", "a"}, {12, "Namespace", "B"}} {
		v := verdicts[i]
		if v.Index != i || v.Line != want.line || v.Kind != want.kind || v.Name != want.name || v.File != "test.yaml" {
			t.Errorf("%d: got %+v, want %+v", i, v, want)
		}
	}
}

func TestMoreCRDs(t *testing.T) {
	widgets := `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.io}
spec:
  group: example.io
  scope: Cluster
  names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, required: [size], properties: {size: {type: integer, default: 3}}}}}}
  - name: v0
    served: false
    storage: false
    schema: {openAPIV3Schema: {type: object}}
`
	judge, err := New(document.File{Name: "widgets.yaml", Text: []byte(widgets)})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"apiVersion: example.io/v1\nkind: Widget\nmetadata: {name: a}\nspec: {}":               ok, // the default fills what is required
		"apiVersion: example.io/v1\nkind: Widget\nmetadata: {name: a}\nspec: {size: big}":      "must be of type integer",
		"apiVersion: example.io/v1\nkind: Widget\nmetadata: {name: a, namespace: b}\nspec: {}": ok, // the server drops what a cluster-wide kind has no use for
		"apiVersion: example.io/v0\nkind: Widget\nmetadata: {name: a}":                         "Widget.example.io serves v1",
	} {
		v := judge.Documents(document.Split("f", []byte(text)))[0]
		checkAPIServer(t, v, want)
		if v.Webhook.Checked != NotChecked {
			t.Errorf("the webhook was asked about a kind that is not Istio's")
		}
	}
	if _, err := New(document.File{Name: "a.yaml", Text: []byte("kind: Service")}); err == nil {
		t.Error("a file without a CRD was taken as CRDs")
	}
}

// The judge uses the CRDs compiled into Istio's module; crds/ comes from a release of
// istio.io/api. If they ever part, verdicts would be about another Istio.
func TestCRDsAreThoseOfTheRelease(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "istio.io/api").Output()
	if err != nil {
		t.Fatal(err)
	}
	release, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "kubernetes", "customresourcedefinitions.gen.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := istioCRDs()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(compiled.Text, release) {
		t.Error("the CRDs in istio.io/istio differ from those of the istio.io/api in go.mod")
	}
}
