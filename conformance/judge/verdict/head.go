package verdict

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"cdk8s-istio/conformance/judge/document"
)

// A head is what has to be known of a document before it can be judged. It is read
// leniently: a namespace of the wrong type is the API server's business, not ours.
type head struct {
	APIVersion, Kind string
	Metadata         struct{ Namespace, Name string }

	doc document.Document
	// The document as JSON, which is what an API server makes of YAML first. YAML is
	// by far the slowest to read, so it is read once.
	json []byte
	// What a strict reader of YAML objects to, and a lenient one does not: repeated keys.
	strictErrs []string
}

func readHead(doc document.Document) (head, error) {
	h := head{doc: doc}
	text, err := yaml.YAMLToJSONStrict(doc.Text)
	if err != nil {
		strictErr := err
		if text, err = yaml.YAMLToJSON(doc.Text); err != nil {
			return h, errors.New(inFile(doc, err.Error()))
		}
		h.strictErrs = []string{inFile(doc, strictErr.Error())}
	}
	h.json = text
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil || fields == nil {
		return h, fmt.Errorf("the document is no object; a Kubernetes object has apiVersion, kind and metadata")
	}
	var metadata map[string]json.RawMessage
	_ = json.Unmarshal(fields["metadata"], &metadata)
	_ = json.Unmarshal(metadata["namespace"], &h.Metadata.Namespace)
	_ = json.Unmarshal(metadata["name"], &h.Metadata.Name)
	for key, target := range map[string]*string{"apiVersion": &h.APIVersion, "kind": &h.Kind} {
		if err := json.Unmarshal(fields[key], target); err != nil || *target == "" {
			return h, fmt.Errorf("%s is missing or no string; got %s", key, orNothing(fields[key]))
		}
	}
	if _, err := schema.ParseGroupVersion(h.APIVersion); err != nil {
		return h, fmt.Errorf("apiVersion: %w", err)
	}
	return h, nil
}

func (h head) groupVersionKind() schema.GroupVersionKind {
	return schema.FromAPIVersionAndKind(h.APIVersion, h.Kind)
}

// withoutStatus is the document as it was written, less what a create never stores.
func (h head) withoutStatus() []byte {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(h.json, &fields); err != nil {
		return h.json
	}
	delete(fields, "status")
	text, err := json.Marshal(fields)
	if err != nil {
		return h.json
	}
	return text
}

func orNothing(raw json.RawMessage) string {
	if raw == nil {
		return "nothing"
	}
	return string(raw)
}

var lineOf = regexp.MustCompile(`\bline (\d+)\b`)

// inFile makes the line numbers of a YAML error those of the file: parsers count from
// the start of the document they were given.
func inFile(doc document.Document, message string) string {
	return lineOf.ReplaceAllStringFunc(message, func(match string) string {
		line, err := strconv.Atoi(match[len("line "):])
		if err != nil {
			return match
		}
		return fmt.Sprintf("line %d", line+doc.Offset)
	})
}
