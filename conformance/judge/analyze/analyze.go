// Package analyze runs the analyzers of `istioctl analyze` over YAML documents.
package analyze

import (
	"bytes"
	"errors"
	"fmt"
	"sort"
	"strconv"

	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/diag"
	"istio.io/istio/pkg/config/analysis/legacy/source/kube"
	"istio.io/istio/pkg/config/analysis/local"
	"istio.io/istio/pkg/config/constants"
	"istio.io/istio/pkg/config/resource"

	"cdk8s-istio/conformance/judge/document"
)

// A Message is what one analyzer says about one object.
type Message struct {
	Code     string `json:"code"`
	Level    string `json:"level"` // Error, Warning or Info
	Message  string `json:"message"`
	Resource string `json:"resource"` // kind namespace/name
	File     string `json:"file"`
	Line     int    `json:"line"`
}

// Options choose what the documents stand for.
type Options struct {
	// FilesOnly does as `istioctl analyze --use-kube=false`: it ignores Services,
	// Namespaces, Nodes, Pods and Secrets even where the documents hold them, and leaves
	// out every analyzer that would need them. Without it the documents are the cluster.
	FilesOnly bool
	// Namespace is that of objects which name none.
	Namespace string
	// MeshConfig is a file with a mesh configuration; Istio's defaults if empty.
	MeshConfig string
}

// Documents analyzes the documents together, messages in the order of the documents.
func Documents(documents []document.Document, options Options) ([]Message, error) {
	// No namespace: messages about every namespace are wanted, and Istio would filter.
	analyzer := local.NewIstiodAnalyzer(analyzers.AllCombined(), "", constants.IstioSystemNamespace, nil)
	if options.MeshConfig != "" {
		if err := analyzer.AddFileKubeMeshConfig(options.MeshConfig); err != nil {
			return nil, fmt.Errorf("mesh config %s: %w", options.MeshConfig, err)
		}
	}
	add := analyzer.AddTestReaderKubeSource // takes Services, Namespaces and Pods too
	if options.FilesOnly {
		add = analyzer.AddReaderKubeSource
	}
	var errs []error
	for i, doc := range documents {
		if err := addOne(add, i, withNamespace(doc, options.Namespace)); err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: Istio cannot read this document: %w", doc.File, doc.Line, err))
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	// istioctl supplies the ingress gateway that Gateways select by default. It comes
	// last, since the first source decides which kinds are looked at.
	if err := analyzer.AddDefaultResources(); err != nil {
		return nil, err
	}
	stop := make(chan struct{})
	defer close(stop)
	result, err := analyzer.Analyze(stop)
	if err != nil {
		return nil, err
	}
	return collect(result.Messages, documents), nil
}

// addOne gives Istio one document under its number, by which its messages are traced
// back. Istio panics on objects whose spec is not even a map, which is our error to tell.
func addOne(add func([]local.ReaderSource) error, number int, text []byte) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("%v", reason)
		}
	}()
	return innermost(add([]local.ReaderSource{{Name: strconv.Itoa(number), Reader: bytes.NewReader(text)}}))
}

// innermost peels off Istio's layers of "1 error occurred" around the one reason.
func innermost(err error) error {
	for {
		var list interface{ WrappedErrors() []error }
		if !errors.As(err, &list) || len(list.WrappedErrors()) != 1 {
			break
		}
		err = list.WrappedErrors()[0]
	}
	if cause := errors.Unwrap(err); cause != nil {
		return cause // without "error processing", which names our number of the document
	}
	return err
}

func collect(found diag.Messages, documents []document.Document) []Message {
	type located struct {
		Message
		document int
	}
	var all []located
	for i := range found {
		m := &found[i]
		message := Message{
			Code:    m.Type.Code(),
			Level:   m.Type.Level().String(),
			Message: fmt.Sprintf(m.Type.Template(), m.Parameters...),
		}
		number := len(documents) // messages about no document come last
		if m.Resource != nil {
			message.Resource = m.Resource.Origin.FriendlyName()
			n, line, ok := position(m.Resource.Origin.Reference())
			if !ok || n >= len(documents) {
				continue // about the ingress gateway that we supplied
			}
			if m.Line != 0 {
				line = m.Line
			}
			number = n
			message.File, message.Line = documents[n].File, documents[n].Line+max(line, 1)-1
		}
		all = append(all, located{message, number})
	}
	sort.SliceStable(all, func(i, j int) bool {
		a, b := all[i], all[j]
		if a.document != b.document {
			return a.document < b.document
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		if a.Code != b.Code {
			return a.Code < b.Code
		}
		return a.Message.Message < b.Message.Message
	})
	messages := make([]Message, len(all))
	for i, m := range all {
		messages[i] = m.Message
	}
	return messages
}

// position is the number of the document and the line in it.
func position(reference resource.Reference) (number, line int, ok bool) {
	at, isPosition := reference.(*kube.Position)
	if !isPosition {
		return 0, 0, false
	}
	number, err := strconv.Atoi(at.Filename)
	return number, at.Line, err == nil
}
