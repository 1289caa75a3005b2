package mesh

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cdk8s-istio/conformance/judge/mesh/app"
)

// fillCertificates mints what the manifests ask for.
func (m *Mesh) fillCertificates() error {
	for _, object := range m.topology.Others {
		var err error
		switch object := object.(type) {
		case *corev1.Secret:
			err = m.authorities.Fill(object)
		case *corev1.ConfigMap:
			err = m.authorities.FillConfigMap(object)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// secret finds a Secret by "ns/name".
func (m *Mesh) secret(reference string) (*corev1.Secret, error) {
	namespace, name, _ := strings.Cut(reference, "/")
	for _, object := range m.topology.Others {
		if secret, ok := object.(*corev1.Secret); ok && secret.Namespace == namespace && secret.Name == name {
			return secret, nil
		}
	}
	return nil, fmt.Errorf("there is no Secret %q among the manifests; it is named ns/name", reference)
}

// equip gives a client the certificates that its order names.
func (m *Mesh) equip(order *app.Order) error {
	if order.TLS == nil {
		return nil
	}
	if reference := order.TLS.ClientCertificate; reference != "" {
		secret, err := m.secret(reference)
		if err != nil {
			return fmt.Errorf("tls.clientCertificate: %w", err)
		}
		if err := order.TLS.Present(secret.Data[corev1.TLSCertKey], secret.Data[corev1.TLSPrivateKeyKey]); err != nil {
			return fmt.Errorf("tls.clientCertificate: Secret %s: %w", reference, err)
		}
	}
	if order.TLS.CA == "" {
		return nil
	}
	roots, err := m.roots(order.TLS.CA)
	if err != nil {
		return fmt.Errorf("tls.ca: %w", err)
	}
	if err := order.TLS.Trust(roots); err != nil {
		return fmt.Errorf("tls.ca: %s: %w", order.TLS.CA, err)
	}
	return nil
}

// roots are those of a Secret, or of an authority that is named without a namespace.
func (m *Mesh) roots(reference string) ([]byte, error) {
	if !strings.Contains(reference, "/") {
		authority, ok := m.authorities.Known(reference)
		if !ok {
			return nil, fmt.Errorf("no certificate here is of the authority %q", reference)
		}
		return authority.Root(), nil
	}
	secret, err := m.secret(reference)
	if err != nil {
		return nil, err
	}
	for _, key := range []string{"ca.crt", "cacert"} {
		if roots := secret.Data[key]; len(roots) > 0 {
			return roots, nil
		}
	}
	return nil, fmt.Errorf("the Secret %s has no ca.crt", reference)
}
