package analyze

import (
	"fmt"
	"strings"
	"testing"

	"istio.io/istio/pkg/log"

	"cdk8s-istio/conformance/judge/document"
)

func init() {
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
}

const shop = `# the services
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec: {selector: {app: reviews}, ports: [{name: http, port: 80}]}
---

# the route
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: shop}
spec:
  hosts: [reviews]
  http:
  - route:
    - destination:
        host: %s
`

func run(t *testing.T, text string, options Options) []string {
	t.Helper()
	if options.Namespace == "" {
		options.Namespace = "default"
	}
	messages, err := Documents(document.Split("shop.yaml", []byte(text)), options)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]string, len(messages))
	for i, m := range messages {
		got[i] = fmt.Sprintf("%s %s %s:%d %s", m.Level, m.Code, m.File, m.Line, m.Resource)
	}
	return got
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestServicesInTheFilesCount(t *testing.T) {
	expect(t, run(t, fmt.Sprintf(shop, "reviews"), Options{}))
	expect(t, run(t, fmt.Sprintf(shop, "absent"), Options{}),
		"Error IST0101 shop.yaml:21 VirtualService shop/reviews")
}

func TestFilesOnlyLooksAtNoService(t *testing.T) {
	expect(t, run(t, fmt.Sprintf(shop, "absent"), Options{FilesOnly: true}))
}

func TestObjectsWithoutANamespaceGetOne(t *testing.T) {
	text := strings.Replace(fmt.Sprintf(shop, "absent"), "metadata: {name: reviews, namespace: shop}\nspec:\n", "metadata: {name: reviews}\nspec:\n", 1)
	expect(t, run(t, text, Options{Namespace: "shop"}), "Error IST0101 shop.yaml:13 VirtualService shop/reviews")
	expect(t, run(t, text, Options{Namespace: "other"}), "Error IST0101 shop.yaml:13 VirtualService other/reviews")
}

func TestNamespacesAreAnalyzed(t *testing.T) {
	expect(t, run(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n", Options{}),
		"Info IST0102 shop.yaml:3 Namespace shop")
}

func TestSaysWhichDocumentCannotBeRead(t *testing.T) {
	for text, want := range map[string]string{
		"a: b: c": "shop.yaml:21: Istio cannot read this document: failed converting YAML to JSON",
		"apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: a}\nspec: 12": "shop.yaml:21: Istio cannot read this document: failed parsing JSON",
	} {
		_, err := Documents(document.Split("shop.yaml", []byte(strings.Repeat("#\n", 20)+text)), Options{Namespace: "default"})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
