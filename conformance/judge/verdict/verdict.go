// Package verdict says whether a cluster with Istio would take a document: first what
// the API server says to a strict create, then what istiod's validation webhook says.
package verdict

import (
	"fmt"

	"cdk8s-istio/conformance/judge/document"
)

// A Verdict is what both say about one document.
type Verdict struct {
	Index      int       `json:"index"`
	File       string    `json:"file"`
	Line       int       `json:"line"`
	APIVersion string    `json:"apiVersion"`
	Kind       string    `json:"kind"`
	Namespace  string    `json:"namespace"`
	Name       string    `json:"name"`
	Accepted   bool      `json:"accepted"` // by both
	APIServer  APIServer `json:"apiServer"`
	Webhook    Webhook   `json:"webhook"`
}

// What was checked. A verdict is only as good as this, so it is always said.
const (
	StrictCreate = "strict create"                   // all an API server checks on a create
	StrictDecode = "strict decode and metadata only" // a built-in kind: not its own validation
	LiveWebhook  = "live webhook"                    // istiod's own handler
	NotChecked   = "none"                            // nothing is known about this kind
)

// APIServer is the answer of the API server.
type APIServer struct {
	Accepted bool     `json:"accepted"`
	Checked  string   `json:"checked"`
	Errors   []string `json:"errors"`
}

// Webhook is the answer of istiod. A kind it is not asked about is accepted, unchecked.
type Webhook struct {
	Accepted bool     `json:"accepted"`
	Checked  string   `json:"checked"`
	Errors   []string `json:"errors"`
	Warnings []string `json:"warnings"`
}

// A Judge knows the kinds of one cluster. It is not safe for concurrent use.
type Judge struct {
	custom  *customKinds
	webhook *webhook
}

// New makes a judge that knows Istio's kinds, Kubernetes' own, and those of extra CRDs.
func New(extra ...document.File) (*Judge, error) {
	istio, err := istioCRDs()
	if err != nil {
		return nil, err
	}
	custom := newCustomKinds()
	for _, files := range [][]document.File{{istio}, extra} {
		added, err := custom.addFiles(files)
		if err != nil {
			return nil, err
		}
		if added == 0 && len(files) > 0 {
			return nil, fmt.Errorf("there is no CustomResourceDefinition in %s", names(files))
		}
	}
	webhook, err := newWebhook()
	if err != nil {
		return nil, err
	}
	return &Judge{custom: custom, webhook: webhook}, nil
}

// Documents judges every document; a List counts as its items, as it does for kubectl.
func (j *Judge) Documents(documents []document.Document) []Verdict {
	verdicts := []Verdict{}
	for _, doc := range documents {
		verdicts = j.appendVerdicts(verdicts, doc)
	}
	return verdicts
}

func (j *Judge) appendVerdicts(verdicts []Verdict, doc document.Document) []Verdict {
	head, err := readHead(doc)
	if items, ok := expandList(head); ok {
		for _, item := range items {
			verdicts = j.appendVerdicts(verdicts, item)
		}
		return verdicts
	}
	v := Verdict{APIServer: APIServer{Checked: StrictDecode}, Webhook: notAsked(false)}
	if err != nil {
		v.APIServer.Errors = []string{err.Error()}
	} else {
		v = j.one(head)
	}
	v.Index, v.File, v.Line = len(verdicts), doc.File, doc.Line
	v.APIVersion, v.Kind, v.Namespace, v.Name = head.APIVersion, head.Kind, head.Metadata.Namespace, head.Metadata.Name
	return append(verdicts, v)
}

// one judges a document. The libraries behind it are Kubernetes' and Istio's own and
// may panic on input that nobody tried before: that must not end a run over thousands.
func (j *Judge) one(head head) (v Verdict) {
	defer func() {
		if reason := recover(); reason != nil {
			v.APIServer = rejected(NotChecked, fmt.Sprintf("the judge itself failed, which says nothing about the document: %v", reason))
			v.Webhook = notAsked(false)
			v.Accepted = false
		}
	}()
	gvk := head.groupVersionKind()
	var forWebhook []byte
	if kind, known := j.custom.find(gvk); known {
		v.APIServer, forWebhook = kind.create(head)
	} else if j.custom.hasGroupKind(gvk) {
		v.APIServer = rejected(NotChecked, j.custom.notServed(gvk))
	} else {
		v.APIServer = createBuiltin(head, gvk)
	}

	v.Webhook = notAsked(true)
	if j.webhook.isAskedAbout(gvk.Group) {
		if forWebhook == nil {
			forWebhook = head.withoutStatus()
		}
		v.Webhook = j.webhook.ask(gvk, head.Metadata.Namespace, head.Metadata.Name, forWebhook)
	}
	v.Accepted = v.APIServer.Accepted && v.Webhook.Accepted
	return v
}

func accepted(checked string) APIServer {
	return APIServer{Accepted: true, Checked: checked, Errors: []string{}}
}

func rejected(checked string, errors ...string) APIServer {
	return APIServer{Checked: checked, Errors: errors}
}

func notAsked(accepted bool) Webhook {
	return Webhook{Accepted: accepted, Checked: NotChecked, Errors: []string{}, Warnings: []string{}}
}
