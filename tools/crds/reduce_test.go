package main

import (
	"strings"
	"testing"
)

const widget = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.example.io
  labels: {release: istio}
spec:
  group: example.io
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1beta1
    served: true
    storage: true
    additionalPrinterColumns: [{name: Age, type: date, jsonPath: .metadata.creationTimestamp}]
    subresources: {status: {}}
    schema: &schema
      openAPIV3Schema:
        type: object
        description: a widget
        properties:
          description: {type: string, description: "a property of that name"}
          size: {type: integer, maximum: 18446744073709551615, description: prose}
          parts:
            type: array
            items: {type: object, description: prose, x-kubernetes-validations: [{rule: "self.size() < 3", message: few}]}
          labels: {type: object, additionalProperties: {type: string, description: prose}}
        oneOf: [{not: {anyOf: [{required: [size], description: prose}]}}, {required: [size]}]
  - name: v1
    served: true
    storage: false
    subresources: {status: {}}
    schema:
      openAPIV3Schema:
        type: object
        description: a widget, said otherwise
        properties:
          description: {type: string}
          size: {type: integer, maximum: 18446744073709551615}
          parts:
            type: array
            items: {type: object, x-kubernetes-validations: [{rule: "self.size() < 3", message: few}]}
          labels: {type: object, additionalProperties: {type: string}}
        oneOf: [{not: {anyOf: [{required: [size]}]}}, {required: [size]}]
  - name: v2alpha1
    served: false
    storage: false
    schema: {openAPIV3Schema: {type: object}}
`

func reduceText(t *testing.T, text string) (string, error) {
	t.Helper()
	crds, err := parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	crd, err := reduce(crds[0])
	if err != nil {
		return "", err
	}
	out, err := render(source{version: "v1.2.3", sum: "h1:x"}, []object{crd})
	if err != nil {
		t.Fatal(err)
	}
	return string(out), nil
}

func TestKeepsFactsOfTheNewestServedVersion(t *testing.T) {
	out, err := reduceText(t, widget)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"cdk8s-istio.dev/served-versions: v1,v1beta1\n",
		"  - name: v1\n",
		"storage: true\n",
		"scope: Namespaced\n",
		"description:\n", // the property of that name
		"maximum: 18446744073709551615\n",
		"rule: self.size() < 3\n",
		"message: few\n",
		"status: {}\n",
		"oneOf:\n",
		"# Made by: tools/crds/update.sh 1.2.3\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("missing %q in\n%s", want, out)
		}
	}
	for _, unwanted := range []string{"description: ", "prose", "release", "additionalPrinterColumns", "v2alpha1"} {
		if strings.Contains(out, unwanted) {
			t.Errorf("unexpected %q in\n%s", unwanted, out)
		}
	}
}

func TestFailsWhenServedVersionsDiffer(t *testing.T) {
	changed := strings.Replace(widget, "size() < 3", "size() < 4", 1)
	_, err := reduceText(t, changed)
	if err == nil || !strings.Contains(err.Error(), "v1 and v1beta1 differ at .schema.openAPIV3Schema.properties.parts.items.x-kubernetes-validations") {
		t.Fatalf("got %v", err)
	}
}

func TestFailsOnAKeywordItDoesNotKnow(t *testing.T) {
	changed := strings.Replace(widget, "oneOf: [", "someOf: [", 1)
	_, err := reduceText(t, changed)
	if err == nil || !strings.Contains(err.Error(), `unknown keyword "someOf"`) {
		t.Fatalf("got %v", err)
	}
}

func TestOrdersVersionsAsKubernetesDoes(t *testing.T) {
	versions := []string{"v1alpha3", "v1beta1", "v2alpha1", "v1", "v10", "v2", "v1beta2"}
	if err := newestFirst(versions); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(versions, " "); got != "v10 v2 v1 v1beta2 v1beta1 v2alpha1 v1alpha3" {
		t.Fatal(got)
	}
	if err := newestFirst([]string{"latest"}); err == nil {
		t.Fatal("a version that cannot be ordered was accepted")
	}
}
