package certs

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// The annotations by which a manifest asks for a certificate, so that no key ever stands in a file.
const (
	prefix               = "judge.cdk8s-istio/"
	DNSNamesAnnotation   = prefix + "dns-names"
	CAAnnotation         = prefix + "ca"
	commonNameAnnotation = prefix + "common-name"
	urisAnnotation       = prefix + "uris"
	trustedCAAnnotation  = prefix + "trusted-ca"
	expiredAnnotation    = prefix + "expired"
	// clientCAAnnotation lets the application of a pod demand a certificate of each client.
	clientCAAnnotation = prefix + "client-ca"
)

const (
	// PublicCA is the authority that the machines' own trust stores know, and the one that signs unless another is named.
	PublicCA = "public"
	// meshCA is the authority of the mesh itself.
	meshCA = "mesh"
)

// Where a Secret of a certificate has what.
const (
	certificateKey = corev1.TLSCertKey
	privateKeyKey  = corev1.TLSPrivateKeyKey
	rootKey        = "ca.crt"
)

// Authorities are the roots of one mesh by name, made when they are first named.
type Authorities struct {
	mutex sync.Mutex
	named map[string]*Authority
}

// NewAuthorities knows the mesh's own root.
func NewAuthorities(mesh *Authority) *Authorities {
	return &Authorities{named: map[string]*Authority{meshCA: mesh}}
}

// Named finds or makes the authority of a name; empty: the public one.
func (a *Authorities) Named(name string) (*Authority, error) {
	if name == "" {
		name = PublicCA
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if known, ok := a.named[name]; ok {
		return known, nil
	}
	made, err := NewAuthority(name)
	if err != nil {
		return nil, err
	}
	a.named[name] = made
	return made, nil
}

// Known finds an authority that some manifest has named.
func (a *Authorities) Known(name string) (*Authority, bool) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	known, ok := a.named[name]
	return known, ok
}

// Fill gives a Secret the certificate that its annotations ask for. One without them stays as it is.
func (a *Authorities) Fill(secret *corev1.Secret) error {
	minted, err := a.mint(secret.Annotations)
	if err != nil {
		return fmt.Errorf("Secret %s/%s: %w", secret.Namespace, secret.Name, err)
	}
	if len(minted) == 0 {
		return nil
	}
	if len(secret.Data) > 0 {
		return fmt.Errorf("Secret %s/%s has data and asks for a certificate too: leave one of them out", secret.Namespace, secret.Name)
	}
	secret.Data = minted
	return nil
}

// FillConfigMap gives a ConfigMap the root that its annotation asks for.
func (a *Authorities) FillConfigMap(config *corev1.ConfigMap) error {
	name := config.Annotations[trustedCAAnnotation]
	if name == "" {
		return nil
	}
	authority, err := a.Named(name)
	if err != nil {
		return err
	}
	if config.Data == nil {
		config.Data = map[string]string{}
	}
	config.Data[rootKey] = string(authority.Root())
	return nil
}

func (a *Authorities) mint(annotations map[string]string) (map[string][]byte, error) {
	data := map[string][]byte{}
	names, common, uris := annotations[DNSNamesAnnotation], annotations[commonNameAnnotation], annotations[urisAnnotation]
	trusted := annotations[trustedCAAnnotation]
	if names != "" || common != "" || uris != "" {
		pair, err := a.Mint(annotations)
		if err != nil {
			return nil, err
		}
		data[certificateKey], data[privateKeyKey] = pair.Chain, pair.Key
		if trusted == "" {
			trusted = annotations[CAAnnotation]
			if trusted == "" {
				trusted = PublicCA
			}
		}
	} else if annotations[CAAnnotation] != "" || annotations[expiredAnnotation] != "" {
		return nil, fmt.Errorf("a certificate needs %s, %s or %s", DNSNamesAnnotation, commonNameAnnotation, urisAnnotation)
	}
	if trusted == "" {
		return data, nil
	}
	authority, err := a.Named(trusted)
	if err != nil {
		return nil, err
	}
	data[rootKey] = authority.Root()
	return data, nil
}

// Mint signs a certificate as annotations ask for it.
func (a *Authorities) Mint(annotations map[string]string) (Pair, error) {
	authority, err := a.Named(annotations[CAAnnotation])
	if err != nil {
		return Pair{}, err
	}
	template := &x509.Certificate{Subject: pkix.Name{CommonName: annotations[commonNameAnnotation]}}
	for _, name := range List(annotations[DNSNamesAnnotation]) {
		if address := net.ParseIP(name); address != nil {
			template.IPAddresses = append(template.IPAddresses, address)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	for _, text := range List(annotations[urisAnnotation]) {
		uri, err := url.Parse(text)
		if err != nil {
			return Pair{}, fmt.Errorf("%s: %w", urisAnnotation, err)
		}
		template.URIs = append(template.URIs, uri)
	}
	if template.Subject.CommonName == "" && len(template.DNSNames) > 0 {
		template.Subject.CommonName = template.DNSNames[0]
	}
	switch annotations[expiredAnnotation] {
	case "", "false":
	case "true":
		template.NotBefore, template.NotAfter = time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour)
	default:
		return Pair{}, errors.New(expiredAnnotation + " is neither \"true\" nor \"false\"")
	}
	return authority.sign(template)
}

// Server is what the annotations of a pod say about its application's TLS; without any it has no chain.
func (a *Authorities) Server(annotations map[string]string) (pair Pair, clientRoots []byte, err error) {
	if annotations[DNSNamesAnnotation] != "" {
		if pair, err = a.Mint(annotations); err != nil {
			return Pair{}, nil, err
		}
	}
	name := annotations[clientCAAnnotation]
	switch {
	case name == "":
		return pair, nil, nil
	case len(pair.Chain) == 0:
		return Pair{}, nil, fmt.Errorf("%s needs %s beside it", clientCAAnnotation, DNSNamesAnnotation)
	}
	authority, err := a.Named(name)
	if err != nil {
		return Pair{}, nil, err
	}
	return pair, authority.Root(), nil
}

// List takes the items of a list in an annotation apart.
func List(text string) []string {
	var items []string
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}
