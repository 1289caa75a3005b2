// Package certs gives each pod the certificate that istiod would have signed for it.
package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// validity is longer than any mesh here lives, so nothing is ever renewed.
const validity = 24 * time.Hour

// Authority is the root of trust of one mesh; its key never leaves the process.
type Authority struct {
	key         *ecdsa.PrivateKey
	certificate *x509.Certificate
	rootPEM     []byte
	serial      atomic.Int64

	mutex  sync.Mutex
	issued map[string]Pair
}

// Pair is a certificate and its key, as Envoy wants them.
type Pair struct {
	Chain []byte
	Key   []byte
}

// NewAuthority makes a root; the name tells it from others.
func NewAuthority(name string) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{Organization: []string{name}, CommonName: "root of " + name},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(validity),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &Authority{key: key, certificate: certificate, rootPEM: encode("CERTIFICATE", der), issued: map[string]Pair{}}, nil
}

// Root is the root certificate.
func (a *Authority) Root() []byte { return a.rootPEM }

// Identity is the SPIFFE ID of a service account.
func Identity(namespace, serviceAccount string) string {
	return fmt.Sprintf("spiffe://cluster.local/ns/%s/sa/%s", namespace, serviceAccount)
}

// Issue signs a certificate for an identity, once.
func (a *Authority) Issue(identity string) (Pair, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if pair, ok := a.issued[identity]; ok {
		return pair, nil
	}
	uri, err := url.Parse(identity)
	if err != nil {
		return Pair{}, err
	}
	pair, err := a.sign(&x509.Certificate{URIs: []*url.URL{uri}})
	if err != nil {
		return Pair{}, err
	}
	a.issued[identity] = pair
	return pair, nil
}

// sign makes a key and completes the template to a certificate for it.
func (a *Authority) sign(template *x509.Certificate) (Pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Pair{}, err
	}
	template.SerialNumber = big.NewInt(a.serial.Add(1) + 1)
	template.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	if template.NotBefore.IsZero() {
		template.NotBefore = time.Now().Add(-time.Hour)
	}
	if template.NotAfter.IsZero() {
		template.NotAfter = time.Now().Add(validity)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &key.PublicKey, a.key)
	if err != nil {
		return Pair{}, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Pair{}, err
	}
	return Pair{Chain: append(encode("CERTIFICATE", der), a.rootPEM...), Key: encode("PRIVATE KEY", keyDER)}, nil
}

func encode(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
