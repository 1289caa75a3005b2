// Package app is the application in every pod: a server that tells what it received and fails as it is told, and a
// client. It lives in the judge's own process; only its sockets are in the pod's network, which is all that a peer
// can see of an application.
package app

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Network is how the application reaches its pod's network.
type Network interface {
	Listen(port int) (net.Listener, error)
}

// Identity is what the application says about itself in every answer.
type Identity struct {
	Pod      string `json:"pod"`
	Workload string `json:"workload"`
	Version  string `json:"version,omitempty"`
}

// Port is a port to listen on.
type Port struct {
	Number int
	// TCP: bytes are echoed.
	TCP bool
	// TLS: HTTP is spoken, but only inside TLS.
	TLS bool
}

// ServerTLS is what an application shows that terminates TLS itself.
type ServerTLS struct {
	Chain, Key []byte
	// ClientRoots: a certificate that these signed is demanded of clients; empty: none is asked for.
	ClientRoots []byte
}

// Application is one pod's application.
type Application struct {
	Identity
	// TLS replaces the certificate that all applications share.
	TLS     *ServerTLS
	network Network
	ports   []Port
	record  *record

	mutex   sync.Mutex
	rules   []*rule
	servers map[int]*server
	stopped bool

	answering atomic.Int64
}

// server is one open port.
type server struct {
	listener net.Listener
	http     *http.Server
	tracker  *tracker
}

// New makes an application; Open makes it listen.
func New(identity Identity, network Network, ports []Port, start time.Time) *Application {
	return &Application{Identity: identity, network: network, ports: ports, record: newRecord(start), servers: map[int]*server{}}
}

// Open listens on every port that is not open yet.
func (a *Application) Open() error {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	for _, port := range a.ports {
		if err := a.open(port); err != nil {
			return err
		}
	}
	return nil
}

// Stop ends the application when it has answered what it was asked, or after so long. It stays closed, whatever it
// is told, until it is started again.
func (a *Application) Stop(patience time.Duration) {
	for deadline := time.Now().Add(patience); a.answering.Load() > 0 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	a.mutex.Lock()
	a.stopped = true
	a.mutex.Unlock()
	a.Close()
}

// Start opens an application that was stopped. Like any new pod, it knows nothing of what the one before was told.
func (a *Application) Start() error {
	a.mutex.Lock()
	a.stopped, a.rules = false, nil
	a.mutex.Unlock()
	return a.Open()
}

func (a *Application) open(port Port) error {
	if a.stopped || a.servers[port.Number] != nil {
		return nil
	}
	listener, err := a.network.Listen(port.Number)
	if err != nil {
		return fmt.Errorf("the application of %s cannot listen on port %d: %w", a.Pod, port.Number, err)
	}
	opened := &server{listener: listener, tracker: newTracker(a.record)}
	a.servers[port.Number] = opened
	if port.TCP {
		go a.serveTCP(opened, port.Number)
		return nil
	}
	protocols := &http.Protocols{}
	protocols.SetHTTP1(true)
	if port.TLS {
		protocols.SetHTTP2(true)
	} else {
		protocols.SetUnencryptedHTTP2(true)
	}
	opened.http = &http.Server{
		Handler:           a.handler(port.Number),
		Protocols:         protocols,
		ReadHeaderTimeout: time.Minute,
		MaxHeaderBytes:    1 << 20,
		ConnState:         opened.tracker.observe,
		// What is no TLS, or no HTTP, is the question of a test and no event.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	if !port.TLS {
		go func() { _ = opened.http.Serve(listener) }()
		return nil
	}
	if opened.http.TLSConfig, err = a.TLS.config(); err != nil {
		return err
	}
	go func() { _ = opened.http.ServeTLS(listener, "", "") }()
	return nil
}

// refuse closes a port, so that the kernel refuses connections to it, or all ports for 0.
func (a *Application) refuse(number int) error {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	found := false
	for _, port := range a.ports {
		if number != 0 && port.Number != number {
			continue
		}
		found = true
		if opened := a.servers[port.Number]; opened != nil {
			opened.close()
			delete(a.servers, port.Number)
		}
	}
	if !found {
		return fmt.Errorf("%s has no port %d", a.Pod, number)
	}
	return nil
}

// listen opens a port again, or all ports for 0.
func (a *Application) listen(number int) error {
	if number == 0 {
		return a.Open()
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	for _, port := range a.ports {
		if port.Number == number {
			return a.open(port)
		}
	}
	return fmt.Errorf("%s has no port %d", a.Pod, number)
}

func (s *server) close() {
	if s.http != nil {
		_ = s.http.Close()
	}
	_ = s.listener.Close()
	// Connections that are kept alive would go on being served.
	s.tracker.closeAll()
}

// Close ends the application.
func (a *Application) Close() {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	for number, opened := range a.servers {
		opened.close()
		delete(a.servers, number)
	}
}

// tracker knows the open connections of a port.
type tracker struct {
	record *record
	mutex  sync.Mutex
	open   map[net.Conn]struct{}
}

func newTracker(record *record) *tracker {
	return &tracker{record: record, open: map[net.Conn]struct{}{}}
}

func (t *tracker) observe(connection net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		t.add(connection)
	case http.StateClosed:
		t.remove(connection)
	}
	// A hijacked connection (a WebSocket) stays known, so that refusing a port ends it too.
}

func (t *tracker) add(connection net.Conn) {
	t.record.connection()
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.open[connection] = struct{}{}
}

func (t *tracker) remove(connection net.Conn) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	delete(t.open, connection)
}

func (t *tracker) closeAll() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	for connection := range t.open {
		_ = connection.Close()
		delete(t.open, connection)
	}
}

// reset closes a connection so that the peer sees a reset and not an orderly end.
func reset(connection net.Conn) {
	if secured, ok := connection.(*tls.Conn); ok {
		connection = secured.NetConn()
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = connection.Close()
}
