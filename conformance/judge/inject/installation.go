// Package inject asks Istio's injector what becomes of pods: whether its webhooks would be
// called for them, and what they are then made into.
package inject

import (
	"errors"
	"fmt"

	admission "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"

	meshapi "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/kube/inject"

	"cdk8s-istio/conformance/judge/document"
)

const revisionLabel = "istio.io/rev"

// An Installation is what the manifests of control planes say about injection, as
// `istioctl manifest generate` writes them: one revision or several.
type Installation struct {
	webhooks  []webhook
	revisions map[string]*revision
}

// A webhook is one of those that the API server asks when a pod is made.
type webhook struct {
	name       string // CONFIGURATION/WEBHOOK
	revision   string
	namespaces labels.Selector
	pods       labels.Selector
}

// A revision is one control plane's injector.
type revision struct {
	config    inject.Config
	templates inject.Templates
	values    inject.ValuesConfig
	mesh      *meshapi.MeshConfig
}

// NewInstallation reads the webhooks and the ConfigMaps of the injector; all else is left out.
func NewInstallation(documents []document.Document) (*Installation, error) {
	i := &Installation{revisions: map[string]*revision{}}
	for _, d := range documents {
		if err := i.read(d); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", d.File, d.Line, err)
		}
	}
	if len(i.webhooks) == 0 {
		return nil, errors.New("there is no MutatingWebhookConfiguration of Istio's injector; give what `istioctl manifest generate` writes")
	}
	for _, w := range i.webhooks {
		if r := i.revisions[w.revision]; r == nil || r.templates == nil || r.mesh == nil {
			return nil, fmt.Errorf("the webhook %s is that of revision %q, whose ConfigMaps (istio, istio-sidecar-injector) are missing", w.name, w.revision)
		}
	}
	return i, nil
}

func (i *Installation) read(d document.Document) error {
	var head metav1.PartialObjectMetadata
	if err := yaml.Unmarshal(d.Text, &head); err != nil {
		return err
	}
	of := head.Labels[revisionLabel]
	switch {
	case head.Kind == "MutatingWebhookConfiguration" && head.Labels["app"] == "sidecar-injector":
		var configuration admission.MutatingWebhookConfiguration
		if err := yaml.Unmarshal(d.Text, &configuration); err != nil {
			return err
		}
		return i.addWebhooks(configuration, of)
	case head.Kind == "ConfigMap" && of != "":
		var data corev1.ConfigMap
		if err := yaml.Unmarshal(d.Text, &data); err != nil {
			return err
		}
		return i.addConfigMap(data, of)
	}
	return nil
}

func (i *Installation) addWebhooks(configuration admission.MutatingWebhookConfiguration, of string) error {
	for _, hook := range configuration.Webhooks {
		namespaces, err := metav1.LabelSelectorAsSelector(hook.NamespaceSelector)
		if err != nil {
			return err
		}
		pods, err := metav1.LabelSelectorAsSelector(hook.ObjectSelector)
		if err != nil {
			return err
		}
		i.webhooks = append(i.webhooks, webhook{configuration.Name + "/" + hook.Name, of, namespaces, pods})
	}
	return nil
}

func (i *Installation) addConfigMap(data corev1.ConfigMap, of string) error {
	r := i.revisions[of]
	if r == nil {
		r = &revision{}
		i.revisions[of] = r
	}
	if text, found := data.Data["mesh"]; found {
		config, err := mesh.ApplyMeshConfigDefaults(text)
		r.mesh = config
		return err
	}
	text, found := data.Data["config"]
	if !found {
		return nil
	}
	config, err := inject.UnmarshalConfig([]byte(text))
	if err != nil {
		return err
	}
	if r.templates, err = inject.ParseTemplates(config.RawTemplates); err != nil {
		return err
	}
	r.config = config
	r.values, err = inject.NewValuesConfig(data.Data["values"])
	return err
}

// asked are the webhooks that the API server would ask about a pod with these labels.
func (i *Installation) asked(namespace, pod labels.Set) []webhook {
	var asked []webhook
	for _, w := range i.webhooks {
		if w.namespaces.Matches(namespace) && w.pods.Matches(pod) {
			asked = append(asked, w)
		}
	}
	return asked
}
