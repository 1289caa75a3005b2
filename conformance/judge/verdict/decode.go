package verdict

import (
	"fmt"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/crdserverscheme"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured/unstructuredscheme"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
)

// customDecoder is what an API server decodes a custom resource with when it is asked
// to be strict. Integers stay integers.
var customDecoder = json.NewSerializerWithOptions(
	json.DefaultMetaFactory, unstructuredscheme.NewUnstructuredCreator(), crdserverscheme.NewUnstructuredObjectTyper(),
	json.SerializerOptions{Strict: true},
)

// decode reads a document as the API server does. The server would also store a
// document with unknown fields, pruned, but strict field validation refuses it.
func (k *customKind) decode(head head) (*unstructured.Unstructured, []string) {
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(k.gvk)
	_, _, err := customDecoder.Decode(head.json, &k.gvk, object)
	strictErrs, fatal := strictErrors(head, err)
	if fatal != nil {
		return nil, []string{fatal.Error()}
	}
	unknown, err := k.coerce(object)
	if err != nil {
		return nil, append(strictErrs, err.Error())
	}
	for _, path := range unknown {
		strictErrs = append(strictErrs, fmt.Sprintf("unknown field %q", path))
	}
	if len(strictErrs) > 0 {
		return nil, strictErrs
	}
	defaulting.Default(object.Object, k.structural)
	return object, nil
}

// strictErrors tells what strictness objects to from what no decoder could read.
func strictErrors(head head, err error) (strictErrs []string, fatal error) {
	strictErrs = append(strictErrs, head.strictErrs...)
	if err == nil {
		return strictErrs, nil
	}
	strict, ok := runtime.AsStrictDecodingError(err)
	if !ok {
		return nil, err
	}
	for _, e := range strict.Errors() {
		strictErrs = append(strictErrs, e.Error())
	}
	return strictErrs, nil
}

// coerce makes of parsed YAML what the API server keeps of it, in the server's order:
// metadata has to fit its type, unknown fields go (and are named), and so do nulls
// where the schema allows none, before anything is validated.
func (k *customKind) coerce(object *unstructured.Unstructured) (unknown []string, err error) {
	metadata, hasMetadata, unknown, err := objectmeta.GetObjectMetaWithOptions(object.Object,
		objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return nil, err
	}
	unknown = append(unknown, pruning.PruneWithOptions(object.Object, k.structural, true,
		structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})...)
	defaulting.PruneNonNullableNullsWithoutDefaults(object.Object, k.structural)
	fieldErr, embedded := objectmeta.CoerceWithOptions(nil, object.Object, k.structural, false,
		objectmeta.CoerceOptions{ReturnUnknownFieldPaths: true})
	if fieldErr != nil {
		return nil, fieldErr
	}
	// Pruning and coercing may have touched what every object has; it is put back.
	object.SetGroupVersionKind(k.gvk)
	if hasMetadata {
		if err := objectmeta.SetObjectMeta(object.Object, metadata); err != nil {
			return nil, err
		}
	}
	return append(unknown, embedded...), nil
}
