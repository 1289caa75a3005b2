package verdict

import (
	"fmt"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"istio.io/istio/manifests"

	"cdk8s-istio/conformance/judge/document"
)

const crdFile = "charts/base/files/crd-all.gen.yaml"

// istioCRDs are those that Istio's Helm chart installs. Istio compiles its charts in,
// so the judge needs no file at run time; a test holds that they are the ones of the
// istio.io/api release that crds/ is made from.
func istioCRDs() (document.File, error) {
	text, err := manifests.FS.ReadFile(crdFile)
	if err != nil {
		return document.File{}, fmt.Errorf("Istio's module has no CRDs at manifests/%s; has its chart moved them? %w", crdFile, err)
	}
	return document.File{Name: "Istio's " + crdFile, Text: text}, nil
}

// customKinds are the versions of all kinds that come from CRDs.
type customKinds struct {
	kinds  map[schema.GroupVersionKind]*customKind
	served map[schema.GroupKind][]string
}

func newCustomKinds() *customKinds {
	return &customKinds{
		kinds:  map[schema.GroupVersionKind]*customKind{},
		served: map[schema.GroupKind][]string{},
	}
}

// addFiles returns how many kinds and versions came from the files. Other objects in
// them are passed over: CRDs are often shipped beside a kustomization.
func (c *customKinds) addFiles(files []document.File) (int, error) {
	before := len(c.kinds)
	for _, file := range files {
		for _, doc := range document.Split(file.Name, file.Text) {
			if err := c.add(doc); err != nil {
				return 0, fmt.Errorf("%s:%d: %w", doc.File, doc.Line, err)
			}
		}
	}
	return len(c.kinds) - before, nil
}

func (c *customKinds) add(doc document.Document) error {
	var crd apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(doc.Text, &crd); err != nil {
		return fmt.Errorf("cannot read the CRD: %w", err)
	}
	if crd.Kind != "CustomResourceDefinition" {
		return nil
	}
	if crd.APIVersion != apiextensionsv1.SchemeGroupVersion.String() {
		return fmt.Errorf("the CRD %s is of %s; only %s is served today", crd.Name, crd.APIVersion, apiextensionsv1.SchemeGroupVersion)
	}
	for _, version := range crd.Spec.Versions {
		if !version.Served {
			continue
		}
		gvk := schema.GroupVersionKind{Group: crd.Spec.Group, Version: version.Name, Kind: crd.Spec.Names.Kind}
		c.kinds[gvk] = &customKind{gvk: gvk, crd: &crd}
		if gk := gvk.GroupKind(); !slices.Contains(c.served[gk], version.Name) {
			c.served[gk] = append(c.served[gk], version.Name)
		}
	}
	return nil
}

func names(files []document.File) string {
	list := make([]string, len(files))
	for i, file := range files {
		list[i] = file.Name
	}
	return strings.Join(list, ", ")
}

func (c *customKinds) find(gvk schema.GroupVersionKind) (*customKind, bool) {
	kind, ok := c.kinds[gvk]
	return kind, ok
}

func (c *customKinds) hasGroupKind(gvk schema.GroupVersionKind) bool {
	return len(c.served[gvk.GroupKind()]) > 0
}

func (c *customKinds) notServed(gvk schema.GroupVersionKind) string {
	return fmt.Sprintf("no matches for kind %q in version %q; %s serves %s",
		gvk.Kind, gvk.GroupVersion(), gvk.GroupKind(), strings.Join(c.served[gvk.GroupKind()], ", "))
}
