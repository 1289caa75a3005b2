package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"time"
)

// How much of a foreign answer is shown.
const shownBody = 500

// Dial connects from inside the caller's pod.
type Dial func(ctx context.Context, address string) (net.Conn, error)

// Result is the outcome of one request; see PROTOCOL.md.
type Result struct {
	Status int     `json:"status"`
	Error  string  `json:"error,omitempty"`
	Detail string  `json:"detail,omitempty"`
	Ms     float64 `json:"ms"`
	*Identity
	Seen       *Seen             `json:"seen,omitempty"`
	Headers    map[string]string `json:"headers,omitempty"`
	Body       string            `json:"body,omitempty"`
	GRPCStatus string            `json:"grpcStatus,omitempty"`
	Bytes      int               `json:"bytes,omitempty"`
	WebSocket  *Conversation     `json:"websocket,omitempty"`
	TLS        *Session          `json:"tls,omitempty"`
	tcp        bool
	// cause is the error behind Error.
	cause error
}

// Key is under what the result is counted.
func (r Result) Key() string {
	switch {
	case r.Error != "" && r.Status == 0:
		return r.Error
	case r.tcp:
		return "ok"
	}
	return statusText(r.Status)
}

// Run sends the requests of an order; the address tells each where to connect to.
func (o *Order) Run(dial Dial, address func() string) []Result {
	results := make([]Result, o.Count)
	next := make(chan int)
	var group sync.WaitGroup
	for range min(o.Concurrency, o.Count) {
		group.Go(func() {
			sender := o.sender(dial, address)
			defer sender.end()
			for number := range next {
				results[number] = sender.send()
				time.Sleep(time.Duration(o.IntervalMs) * time.Millisecond)
			}
		})
	}
	for number := range o.Count {
		next <- number
	}
	close(next)
	group.Wait()
	return results
}

// sender is one of the concurrent callers.
type sender struct {
	order     *Order
	dial      Dial
	address   func() string
	transport *http.Transport
	handshake handshake
}

func (o *Order) sender(dial Dial, address func() string) *sender {
	s := &sender{order: o, dial: dial, address: address}
	protocols := &http.Protocols{}
	switch {
	case o.HTTPVersion == "1.1":
		protocols.SetHTTP1(true)
	case o.target.Scheme == "https":
		protocols.SetHTTP2(true)
	default:
		protocols.SetUnencryptedHTTP2(true)
	}
	s.transport = &http.Transport{
		DialContext:        func(ctx context.Context, _, _ string) (net.Conn, error) { return s.connect(ctx) },
		TLSClientConfig:    o.tlsConfig(&s.handshake),
		DisableKeepAlives:  !o.ReuseConnections,
		DisableCompression: true,
		Protocols:          protocols,
	}
	return s
}

func (s *sender) end() { s.transport.CloseIdleConnections() }

func (s *sender) connect(ctx context.Context) (net.Conn, error) {
	s.handshake.begin()
	connection, err := s.dial(ctx, s.address())
	if err != nil || !s.order.secured() {
		return connection, err
	}
	return patient{connection}, nil
}

func (s *sender) send() Result {
	start := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), s.order.timeout())
	defer cancel()
	var result Result
	switch {
	case s.order.bytes():
		result = s.exchangeBytes(ctx)
	case s.order.WebSocket != nil:
		result = s.converse(ctx)
	default:
		result = s.request(ctx)
	}
	if s.order.secured() {
		result.TLS = s.sessionOf(result, result.cause)
	}
	result.Ms = float64(time.Since(start).Microseconds()) / 1000
	return result
}

func (s *sender) request(ctx context.Context) Result {
	var body io.Reader
	if s.order.Body != "" {
		body = strings.NewReader(s.order.Body)
	}
	attempts := 0
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { attempts++ }})
	request, err := http.NewRequestWithContext(ctx, s.order.Method, s.order.target.String(), body)
	if err != nil {
		return Result{Error: "protocol", Detail: err.Error()}
	}
	request.Header = s.order.header()
	request.Host = s.order.hostHeader()
	response, err := s.transport.RoundTrip(request)
	if err != nil {
		return failure(ctx, err)
	}
	defer response.Body.Close()
	if attempts > 1 {
		// Go's transport sends again what a kept connection lost. Not every program does, so it counts as lost.
		return Result{Error: "reset", Detail: fmt.Sprintf("the kept connection ended under the request; another try was answered with %d", response.StatusCode)}
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, 16<<20))
	result := Result{Status: response.StatusCode, Headers: flatHeaders(response.Header), GRPCStatus: grpcStatus(response)}
	if err != nil {
		// The answer began and broke off: it is no answer.
		broken := failure(ctx, err)
		broken.Detail = fmt.Sprintf("after status %d: %s", response.StatusCode, broken.Detail)
		return broken
	}
	result.read(response.Header.Get(answerHeader), content)
	return result
}

// header is the request's header without Host, which Go takes elsewhere.
func (o *Order) header() http.Header {
	header := http.Header{"User-Agent": {"judge"}}
	for name, values := range o.Headers {
		if !strings.EqualFold(name, "host") {
			header[http.CanonicalHeaderKey(name)] = values
		}
	}
	return header
}

// read takes the application's answer out of what came back, or shows what came back instead.
func (r *Result) read(inHeader string, content []byte) {
	raw := content
	if inHeader != "" {
		raw = []byte(inHeader)
		delete(r.Headers, answerHeader)
	}
	var answer Answer
	if json.Unmarshal(raw, &answer) == nil && answer.Pod != "" {
		r.Identity, r.Seen = &answer.Identity, &answer.Seen
		return
	}
	r.Body = string(content[:min(len(content), shownBody)])
}

func grpcStatus(response *http.Response) string {
	if status := response.Trailer.Get("Grpc-Status"); status != "" {
		return status
	}
	return response.Header.Get("Grpc-Status")
}

// exchangeBytes sends the body and reads until it has come back.
func (s *sender) exchangeBytes(ctx context.Context) Result {
	connection, err := s.connect(ctx)
	if err != nil {
		return failure(ctx, err)
	}
	defer func() { _ = connection.Close() }()
	if s.order.secured() {
		if connection, err = s.secure(ctx, connection); err != nil {
			return failure(ctx, err)
		}
	}
	if deadline, ok := ctx.Deadline(); ok {
		_ = connection.SetDeadline(deadline)
	}
	message := []byte(s.order.Body)
	if len(message) == 0 {
		// Long enough that no sidecar waits for more of it to tell whether it is TLS or HTTP.
		message = []byte("hello, is anybody there?")
	}
	if _, err := connection.Write(message); err != nil {
		return failure(ctx, err)
	}
	var received []byte
	buffer := make([]byte, 32*1024)
	for {
		read, err := connection.Read(buffer)
		received = append(received, buffer[:read]...)
		if line, echo, found := bytes.Cut(received, []byte("\n")); found && len(echo) >= len(message) {
			result := Result{Bytes: len(received), tcp: true}
			result.read("", line)
			return result
		}
		if err != nil {
			return failure(ctx, err)
		}
		if len(received) > len(message)+64*1024 {
			return Result{Error: "protocol", Detail: "the peer sends something else than the echo", Body: string(received[:shownBody])}
		}
	}
}
