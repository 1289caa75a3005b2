package verdict

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/webhooks/validation/server"
)

// webhookGroups are the ones that Istio's chart registers the webhook for.
var webhookGroups = []string{"extensions.istio.io", "networking.istio.io", "security.istio.io", "telemetry.istio.io"}

// A webhook is istiod's validation webhook, asked through its HTTP handler as an API
// server asks it, only without a network.
type webhook struct {
	handler http.Handler
}

func newWebhook() (*webhook, error) {
	mux := http.NewServeMux()
	// As istiod starts it.
	_, err := server.New(server.Options{
		Schemas:      collections.PilotGatewayAPI(),
		DomainSuffix: "cluster.local",
		Mux:          mux,
	})
	if err != nil {
		return nil, fmt.Errorf("istiod's webhook does not start: %w", err)
	}
	return &webhook{handler: mux}, nil
}

func (w *webhook) isAskedAbout(group string) bool { return slices.Contains(webhookGroups, group) }

func (w *webhook) ask(gvk schema.GroupVersionKind, namespace, name string, object []byte) Webhook {
	if namespace == "" {
		namespace = metav1.NamespaceDefault
	}
	review := admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: admissionv1.SchemeGroupVersion.String(), Kind: "AdmissionReview"},
		Request: &admissionv1.AdmissionRequest{
			UID:       types.UID("judge"),
			Kind:      metav1.GroupVersionKind(gvk),
			Namespace: namespace,
			Name:      name,
			Operation: admissionv1.Create,
			Object:    runtime.RawExtension{Raw: object},
		},
	}
	answer, err := w.post(review)
	if err != nil {
		return Webhook{Checked: LiveWebhook, Errors: []string{"the webhook gave no verdict: " + err.Error()}, Warnings: []string{}}
	}
	verdict := Webhook{Accepted: answer.Allowed, Checked: LiveWebhook, Errors: []string{}, Warnings: []string{}}
	verdict.Warnings = append(verdict.Warnings, answer.Warnings...)
	if !answer.Allowed {
		verdict.Errors = []string{"refused without a reason"}
		if answer.Result != nil && answer.Result.Message != "" {
			verdict.Errors = bullets(answer.Result.Message)
		}
	}
	return verdict
}

func (w *webhook) post(review admissionv1.AdmissionReview) (*admissionv1.AdmissionResponse, error) {
	body, err := json.Marshal(review)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest(http.MethodPost, "/validate", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	response := &answer{header: http.Header{}, status: http.StatusOK}
	w.handler.ServeHTTP(response, request)
	if response.status != http.StatusOK {
		return nil, fmt.Errorf("HTTP %d: %s", response.status, bytes.TrimSpace(response.body.Bytes()))
	}
	var reviewed admissionv1.AdmissionReview
	if err := json.Unmarshal(response.body.Bytes(), &reviewed); err != nil {
		return nil, err
	}
	if reviewed.Response == nil {
		return nil, fmt.Errorf("an answer without a response")
	}
	return reviewed.Response, nil
}

// An answer collects what the handler writes.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }
