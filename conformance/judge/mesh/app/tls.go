package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// TLS is how a client speaks TLS; see PROTOCOL.md.
type TLS struct {
	ServerName        string   `json:"serverName,omitempty"`
	CA                string   `json:"ca,omitempty"`
	ClientCertificate string   `json:"clientCertificate,omitempty"`
	MinVersion        string   `json:"minVersion,omitempty"`
	MaxVersion        string   `json:"maxVersion,omitempty"`
	Ciphers           []string `json:"ciphers,omitempty"`
	ALPN              []string `json:"alpn,omitempty"`

	roots        *x509.CertPool
	certificates []tls.Certificate
}

// Why a handshake came to nothing.
const (
	failedCertificate = "certificate" // the client does not believe the server
	failedAlert       = "alert"       // the server said no
	failedClosed      = "closed"      // the server said nothing
	failedProtocol    = "protocol"    // what answered speaks no TLS
)

// Session is what became of the handshake.
type Session struct {
	Version  string           `json:"version,omitempty"`
	Cipher   string           `json:"cipher,omitempty"`
	ALPN     string           `json:"alpn,omitempty"`
	Peer     *CertificateView `json:"peer,omitempty"`
	Verified bool             `json:"verified"`
	Failure  string           `json:"failure,omitempty"`
}

// CertificateView is what a peer showed of itself.
type CertificateView struct {
	Subject  string   `json:"subject"`
	Issuer   string   `json:"issuer"`
	DNSNames []string `json:"dnsNames"`
	URIs     []string `json:"uris,omitempty"`
}

func viewOf(chain []*x509.Certificate) *CertificateView {
	if len(chain) == 0 {
		return nil
	}
	view := &CertificateView{Subject: chain[0].Subject.CommonName, Issuer: chain[0].Issuer.CommonName, DNSNames: append([]string{}, chain[0].DNSNames...)}
	for _, uri := range chain[0].URIs {
		view.URIs = append(view.URIs, uri.String())
	}
	return view
}

var versions = map[string]uint16{"": 0, "1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

func (t *TLS) check() error {
	for field, said := range map[string]string{"minVersion": t.MinVersion, "maxVersion": t.MaxVersion} {
		if _, known := versions[said]; !known {
			return fmt.Errorf("tls.%s %q is none of \"1.0\", \"1.1\", \"1.2\" and \"1.3\"", field, said)
		}
	}
	if from, to := versions[t.MinVersion], versions[t.MaxVersion]; to != 0 && from > to {
		return fmt.Errorf("tls: minVersion %s is above maxVersion %s", t.MinVersion, t.MaxVersion)
	}
	if len(t.Ciphers) > 0 && t.MaxVersion == "" {
		return errors.New("tls.ciphers: those of TLS 1.3 cannot be chosen; say maxVersion \"1.2\" too")
	}
	_, err := t.cipherSuites()
	return err
}

func (t *TLS) cipherSuites() ([]uint16, error) {
	var suites []uint16
	known := slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites())
	for _, name := range t.Ciphers {
		at := slices.IndexFunc(known, func(suite *tls.CipherSuite) bool { return suite.Name == name })
		if at < 0 {
			return nil, fmt.Errorf("tls.ciphers: %q is not known; a name is such as TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", name)
		}
		suites = append(suites, known[at].ID)
	}
	return suites, nil
}

// Present gives the client a certificate to show when it is asked for one.
func (t *TLS) Present(chain, key []byte) error {
	certificate, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return err
	}
	t.certificates = []tls.Certificate{certificate}
	return nil
}

// Trust lets the client believe these roots and nobody else. Without it, it believes everybody: then the question is
// what the mesh does, not whether a test certificate is trusted.
func (t *TLS) Trust(roots []byte) error {
	t.roots = x509.NewCertPool()
	if !t.roots.AppendCertsFromPEM(roots) {
		return errors.New("this is no certificate")
	}
	return nil
}

// errDistrust is the client's own refusal of a server.
var errDistrust = errors.New("tls: the client does not trust the server's certificate")

// handshake keeps what is known of the newest connection's handshake.
type handshake struct {
	mutex   sync.Mutex
	session *Session
}

func (h *handshake) begin() {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.session = nil
}

func (h *handshake) known() *Session {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.session == nil {
		return nil
	}
	copied := *h.session
	return &copied
}

// tlsConfig is the client's; what the server shows of itself is noted in the handshake.
func (o *Order) tlsConfig(noted *handshake) *tls.Config {
	settings := o.TLS
	if settings == nil {
		settings = &TLS{}
	}
	suites, _ := settings.cipherSuites()
	name := o.serverName()
	return &tls.Config{ //nolint:gosec
		ServerName: name,
		// VerifyConnection verifies, so that what was shown is known also when it is not believed.
		InsecureSkipVerify: true,
		MinVersion:         versions[settings.MinVersion],
		MaxVersion:         versions[settings.MaxVersion],
		CipherSuites:       suites,
		NextProtos:         settings.ALPN,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			// Also one that the server will not like: what it says then is the question.
			if len(settings.certificates) > 0 {
				return &settings.certificates[0], nil
			}
			return &tls.Certificate{}, nil
		},
		VerifyConnection: func(state tls.ConnectionState) error {
			session := &Session{
				Version: strings.TrimPrefix(tls.VersionName(state.Version), "TLS "), Cipher: tls.CipherSuiteName(state.CipherSuite),
				ALPN: state.NegotiatedProtocol, Peer: viewOf(state.PeerCertificates),
			}
			var err error
			if settings.roots != nil {
				err = verify(state.PeerCertificates, settings.roots, name)
				session.Verified = err == nil
			}
			noted.mutex.Lock()
			defer noted.mutex.Unlock()
			noted.session = session
			return err
		},
	}
}

func verify(chain []*x509.Certificate, roots *x509.CertPool, name string) error {
	between := x509.NewCertPool()
	for _, certificate := range chain[1:] {
		between.AddCert(certificate)
	}
	if _, err := chain[0].Verify(x509.VerifyOptions{DNSName: name, Roots: roots, Intermediates: between}); err != nil {
		return fmt.Errorf("%w: %w", errDistrust, err)
	}
	return nil
}

// sessionOf joins what is known of the handshake with what became of the request.
func (s *sender) sessionOf(result Result, err error) *Session {
	session := s.handshake.known()
	if result.Error == "" {
		return session
	}
	failure := ""
	var record tls.RecordHeaderError
	switch {
	case errors.Is(err, errDistrust):
		failure = failedCertificate
	case errors.As(err, &record):
		failure = failedProtocol
	case isAlert(err):
		failure = failedAlert
	case result.Error == "reset" && session == nil:
		failure = failedClosed
	}
	if failure == "" {
		return session
	}
	if session == nil {
		session = &Session{}
	}
	session.Failure = failure
	return session
}

// isAlert tells the server's word about a handshake from a failure of the client's own.
func isAlert(err error) bool {
	var alert tls.AlertError
	return err != nil && (errors.As(err, &alert) || strings.Contains(err.Error(), "remote error: tls:"))
}

// patient is a connection on which a write that fails waits for the word of the peer that explains it. In TLS 1.3 a
// client has sent its request before it hears that its certificate is refused.
type patient struct{ net.Conn }

func (p patient) Write(content []byte) (int, error) {
	written, err := p.Conn.Write(content)
	if err != nil {
		time.Sleep(100 * time.Millisecond)
	}
	return written, err
}

// secure speaks TLS on a connection.
func (s *sender) secure(ctx context.Context, connection net.Conn) (net.Conn, error) {
	client := tls.Client(connection, s.order.tlsConfig(&s.handshake))
	if err := client.HandshakeContext(ctx); err != nil {
		_ = connection.Close()
		return nil, err
	}
	return client, nil
}
