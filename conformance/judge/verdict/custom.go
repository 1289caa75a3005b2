package verdict

import (
	"context"
	"fmt"

	"k8s.io/apiextensions-apiserver/pkg/apihelpers"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apiextensions-apiserver/pkg/crdserverscheme"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
)

// A customKind is one served version of a kind that a CRD defines. It creates objects
// with the strategy that the API server itself builds for it.
type customKind struct {
	gvk schema.GroupVersionKind
	crd *apiextensionsv1.CustomResourceDefinition

	// Compiled when the first document of the kind comes: compiling the CEL rules of
	// every version of every kind would take longer than most runs.
	compiled   bool
	compileErr error
	structural *structuralschema.Structural
	strategy   rest.RESTCreateStrategy
}

// create does what a POST with fieldValidation=Strict does. It also returns what the
// webhook would be sent, or nothing if the document did not get that far.
func (k *customKind) create(head head) (APIServer, []byte) {
	if err := k.compile(); err != nil {
		return rejected(NotChecked, fmt.Sprintf("the CRD of %s cannot be used: %v", k.gvk, err)), nil
	}
	object, errs := k.decode(head)
	if len(errs) > 0 {
		return rejected(StrictCreate, errs...), nil
	}
	errs = k.validate(object)
	text, err := object.MarshalJSON()
	if err != nil {
		return rejected(StrictCreate, append(errs, err.Error())...), nil
	}
	if len(errs) > 0 {
		return rejected(StrictCreate, errs...), text
	}
	return accepted(StrictCreate), text
}

// validate goes through the steps between decoding and storing an object: it fills in
// what the server owns, drops the status, and runs metadata, schema, list and CEL checks.
func (k *customKind) validate(object *unstructured.Unstructured) []string {
	rest.WipeObjectMetaSystemFields(object)
	object.SetManagedFields(nil) // the server writes its own, whatever was sent
	namespace := ""
	if k.strategy.NamespaceScoped() {
		// A client posts to the namespace of the object, or to its own default one.
		if namespace = object.GetNamespace(); namespace == "" {
			namespace = metav1.NamespaceDefault
		}
	}
	if err := rest.EnsureObjectNamespaceMatchesRequestNamespace(namespace, object); err != nil {
		return lines(err)
	}
	rest.FillObjectMetaSystemFields(object)
	if object.GetName() == "" && object.GetGenerateName() != "" {
		object.SetName(generatedName(k.strategy, object.GetGenerateName()))
	}
	ctx := genericapirequest.WithNamespace(context.Background(), namespace)
	if err := rest.BeforeCreate(k.strategy, ctx, object); err != nil {
		return lines(err)
	}
	return nil
}

// generatedName has a fixed suffix where a server has a random one: one document must
// give one verdict, word for word.
func generatedName(strategy rest.RESTCreateStrategy, prefix string) string {
	random := strategy.GenerateName(prefix)
	return random[:len(random)-5] + "00000"
}

// compile builds schema, validators and strategy as the API server's handler for
// custom resources does when it first serves a CRD.
func (k *customKind) compile() error {
	if k.compiled {
		return k.compileErr
	}
	k.compiled = true
	k.compileErr = k.build()
	return k.compileErr
}

func (k *customKind) build() error {
	version := k.gvk.Version
	v1Schema, err := apihelpers.GetSchemaForVersion(k.crd, version)
	if err != nil {
		return err
	}
	if v1Schema == nil || v1Schema.OpenAPIV3Schema == nil {
		return fmt.Errorf("version %s has no schema", version)
	}
	internal := &apiextensions.CustomResourceValidation{}
	if err := apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(v1Schema, internal, nil); err != nil {
		return err
	}
	structural, err := structuralschema.NewStructural(internal.OpenAPIV3Schema)
	if err != nil {
		return err
	}
	k.structural = structural.DeepCopy()
	if err := defaulting.PruneDefaults(k.structural); err != nil {
		return err
	}
	validator, _, err := validation.NewSchemaValidator(internal.OpenAPIV3Schema)
	if err != nil {
		return err
	}

	subresources, err := apihelpers.GetSubresourcesForVersion(k.crd, version)
	if err != nil {
		return err
	}
	var status *apiextensions.CustomResourceSubresourceStatus
	var scale *apiextensions.CustomResourceSubresourceScale
	if subresources != nil && subresources.Status != nil {
		status = &apiextensions.CustomResourceSubresourceStatus{}
	}
	if subresources != nil && subresources.Scale != nil {
		scale = &apiextensions.CustomResourceSubresourceScale{}
		if err := apiextensionsv1.Convert_v1_CustomResourceSubresourceScale_To_apiextensions_CustomResourceSubresourceScale(subresources.Scale, scale, nil); err != nil {
			return err
		}
	}
	// A create drops the status before anything looks at it, so it needs no validator.
	k.strategy = customresource.NewStrategy(
		crdserverscheme.NewUnstructuredObjectTyper(),
		k.crd.Spec.Scope == apiextensionsv1.NamespaceScoped,
		k.gvk, validator, nil, k.structural, status, scale, nil,
	)
	return nil
}
