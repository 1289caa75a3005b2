package verdict

import (
	"bytes"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	verdicts := judgeAll("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\n" +
		destinationRule("bogus: 1") + "---\n" + virtualService("timeout: 1.5ms") + "---\n" +
		"apiVersion: a/v1\nkind: B\nmetadata: {name: c}\n")
	var out bytes.Buffer
	if err := WriteText(&out, verdicts); err != nil {
		t.Fatal(err)
	}
	want := strings.TrimPrefix(`
KIND             NAMESPACE  NAME     API SERVER    ISTIOD     SOURCE
Namespace        -          a        decoded only  not asked  test.yaml:1
DestinationRule  shop       reviews  REJECTED      accepted   test.yaml:5
    API server: unknown field "spec.bogus"
VirtualService   shop       reviews  accepted      REJECTED   test.yaml:14
    istiod: configuration is invalid: only durations to ms precision are supported
B                -          c        not checked   not asked  test.yaml:25
    API server: unknown kind "B" in version "a/v1": it is neither Istio's nor Kubernetes' own, so nothing was checked; give its CRD with --crds FILE

4 documents: 1 accepted, 3 rejected
`, "\n")
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
