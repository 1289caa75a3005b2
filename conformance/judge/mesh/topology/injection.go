package topology

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

const injectKey = "sidecar.istio.io/inject"

// isInjected decides as Istio's injection webhooks do: the pod's own word first (its label, then the older
// annotation), then the namespace's.
func isInjected(namespace *corev1.Namespace, template corev1.PodTemplateSpec) bool {
	if template.Spec.HostNetwork {
		return false
	}
	said := template.Labels[injectKey]
	if said == "" {
		said = template.Annotations[injectKey]
	}
	// A namespace that says "disabled" wins: the webhook's selector never sends its pods to the injector.
	if namespace.Labels["istio-injection"] == "disabled" {
		return false
	}
	switch said {
	case "true":
		return true
	case "false":
		return false
	}
	return namespace.Labels["istio-injection"] == "enabled" || namespace.Labels["istio.io/rev"] != "" || template.Labels["istio.io/rev"] != ""
}

// isGateway recognises the three ways in which gateways are written: the injection template, a lone container
// with the image "auto", and a proxy started as a router.
func isGateway(template corev1.PodTemplateSpec) bool {
	if template.Annotations["inject.istio.io/templates"] == "gateway" {
		return true
	}
	containers := template.Spec.Containers
	if len(containers) == 1 && containers[0].Image == "auto" {
		return true
	}
	for _, container := range containers {
		if container.Name == "istio-proxy" && slices.Contains(container.Args, "router") {
			return true
		}
	}
	return false
}
