package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"sync"
	"time"
)

// config is how a server speaks TLS; without settings it shows the certificate that all share.
func (s *ServerTLS) config() (*tls.Config, error) {
	if s == nil {
		certificate, err := ownCertificate()
		return &tls.Config{Certificates: []tls.Certificate{certificate}}, err //nolint:gosec
	}
	certificate, err := tls.X509KeyPair(s.Chain, s.Key)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{Certificates: []tls.Certificate{certificate}} //nolint:gosec
	if len(s.ClientRoots) > 0 {
		config.ClientCAs, config.ClientAuth = x509.NewCertPool(), tls.RequireAndVerifyClientCert
		if !config.ClientCAs.AppendCertsFromPEM(s.ClientRoots) {
			return nil, errors.New("the roots for clients are no certificates")
		}
	}
	return config, nil
}

// ownCertificate is what an application shows that terminates TLS itself. It signs itself, as nothing here asks who
// signed it; all applications share one.
var ownCertificate = sync.OnceValues(func() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "application"},
		DNSNames:     []string{"*"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
})
