package verdict

import (
	"fmt"
	"reflect"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/api/validation/path"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
)

// builtinScheme holds the types of Kubernetes' own kinds, and of CRDs themselves.
var builtinScheme = func() *runtime.Scheme {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, apiextensionsv1.AddToScheme} {
		if err := add(scheme); err != nil {
			panic(err) // only if two types claim one kind: the build is broken
		}
	}
	return scheme
}()

var builtinDecoder = json.NewSerializerWithOptions(
	json.DefaultMetaFactory, builtinScheme, builtinScheme, json.SerializerOptions{Strict: true},
)

// createBuiltin decodes a kind of Kubernetes itself. What the API server checks beyond
// types, unknown fields and metadata is in code that is no library, so a wrong port
// number passes here; the verdict says that it was not checked.
func createBuiltin(head head, gvk schema.GroupVersionKind) APIServer {
	if !isBuiltin(gvk) {
		return rejected(NotChecked, fmt.Sprintf(
			"unknown kind %q in version %q: it is neither Istio's nor Kubernetes' own, so nothing was checked; give its CRD with --crds FILE",
			gvk.Kind, gvk.GroupVersion()))
	}
	object, _, err := builtinDecoder.Decode(head.json, &gvk, nil)
	strictErrs, fatal := strictErrors(head, err)
	if fatal != nil {
		return rejected(StrictDecode, fatal.Error())
	}
	if len(strictErrs) > 0 {
		return rejected(StrictDecode, strictErrs...)
	}
	if errs := validateMetadata(object); len(errs) > 0 {
		return rejected(StrictDecode, errs...)
	}
	return accepted(StrictDecode)
}

func isBuiltin(gvk schema.GroupVersionKind) bool {
	sample, ok := builtinScheme.AllKnownTypes()[gvk]
	if !ok {
		return false
	}
	// Every group also has DeleteOptions, WatchEvent and the like, which nobody creates.
	_, isObject := reflect.New(sample).Interface().(metav1.Object)
	return isObject
}

// validateMetadata checks what holds for any kind. Whether a kind lives in a namespace
// is not known here, so a namespace is only judged where one is given.
func validateMetadata(object runtime.Object) []string {
	metadata := object.(metav1.Object)
	hasNamespace := metadata.GetNamespace() != ""
	errs := validation.ValidateObjectMetaAccessor(metadata, hasNamespace,
		func(name string, prefix bool) []string { return path.ValidatePathSegmentName(name, prefix) },
		field.NewPath("metadata"))
	messages := make([]string, len(errs))
	for i, err := range errs {
		messages[i] = err.Error()
	}
	return messages
}
