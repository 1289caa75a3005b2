package verdict

import (
	"errors"
	"fmt"

	"cdk8s-istio/conformance/judge/document"
)

// A Store says what an API server keeps of the objects of some CRDs: with the defaults that the schema has, on which
// controllers rely. It is not safe for concurrent use.
type Store struct {
	custom *customKinds
}

// NewStore makes a store for these CRDs.
func NewStore(crds ...document.File) (*Store, error) {
	custom := newCustomKinds()
	if _, err := custom.addFiles(crds); err != nil {
		return nil, err
	}
	return &Store{custom}, nil
}

// Keep creates an object, given as JSON or YAML, and returns it as it is kept.
func (s *Store) Keep(text []byte) ([]byte, error) {
	head, err := readHead(document.Document{Text: text, Line: 1})
	if err != nil {
		return nil, err
	}
	gvk := head.groupVersionKind()
	kind, known := s.custom.find(gvk)
	if !known {
		return nil, fmt.Errorf("there is no CRD for %s", gvk)
	}
	answer, kept := kind.create(head)
	if !answer.Accepted {
		var errs []error
		for _, text := range answer.Errors {
			errs = append(errs, errors.New(text))
		}
		return nil, errors.Join(errs...)
	}
	return kept, nil
}
