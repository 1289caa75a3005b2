package app

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// How many requests are kept in full. Counts are kept of all.
const keepLast = 100

// Headers are counted by value for at most so many requests, so that a long run stays small.
const keepHeaders = 50_000

// Seen is a request as it arrived.
type Seen struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Host    string            `json:"host"`
	Headers map[string]string `json:"headers"`
	Peer    string            `json:"peer"`
	Port    int               `json:"port"`
	Proto   string            `json:"proto"`
	SNI     string            `json:"sni,omitempty"`
	// ClientCertificate is what the client showed where the application terminated TLS itself.
	ClientCertificate *CertificateView `json:"clientCertificate,omitempty"`
	AtMs              int64            `json:"atMs"`
	Status            string           `json:"status,omitempty"`
	// Body is what was sent as JSON, where that is not too long: told by what was received, not by the answer.
	Body string `json:"body,omitempty"`
}

// Received is what an application has received.
type Received struct {
	Total        int            `json:"total"`
	ByMethodPath map[string]int `json:"byMethodPath"`
	ByStatus     map[string]int `json:"byStatus"`
	ByHeader     map[string]int `json:"byHeader,omitempty"`
	Last         []Seen         `json:"last"`
	Connections  int            `json:"connections"`
	WebSockets   int            `json:"websockets"`
}

type record struct {
	start time.Time

	mutex       sync.Mutex
	total       int
	byPath      map[string]int
	byStatus    map[string]int
	headers     []map[string]string
	last        []*Seen
	era         int
	connections int
	webSockets  int
}

func newRecord(start time.Time) *record {
	r := &record{start: start}
	r.reset()
	return r
}

func (r *record) reset() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.total, r.connections, r.webSockets = 0, 0, 0
	r.byPath, r.byStatus = map[string]int{}, map[string]int{}
	r.headers, r.last = nil, nil
	r.era++
}

func (r *record) connection() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.connections++
}

func (r *record) webSocket() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.webSockets++
}

// arrival is a request that has been counted and waits for its outcome.
type arrival struct {
	*Seen
	// era tells whether the counts were reset since: a request from before must not show up after.
	era int
}

// arrive counts a request as soon as it is there: it was received, whatever becomes of it.
func (r *record) arrive(seen Seen) arrival {
	path, _, _ := strings.Cut(seen.Path, "?")
	kept := &seen
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.total++
	r.byPath[strings.TrimSpace(seen.Method+" "+path)]++
	r.last = append(r.last, kept)
	if len(r.last) > keepLast {
		r.last = append([]*Seen(nil), r.last[len(r.last)-keepLast:]...)
	}
	if len(r.headers) < keepHeaders {
		r.headers = append(r.headers, seen.Headers)
	}
	return arrival{kept, r.era}
}

// sent notes what a request carried.
func (r *record) sent(request arrival, body string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	request.Body = body
}

// finish notes how a request was answered: a status, or "closed" or "cancelled".
func (r *record) finish(request arrival, status string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	request.Status = status
	if request.era == r.era {
		r.byStatus[status]++
	}
}

// Received answers what arrived so far; with a header, also how often with which value.
func (a *Application) Received(header string) Received {
	r := a.record
	r.mutex.Lock()
	defer r.mutex.Unlock()
	result := Received{
		Total: r.total, ByMethodPath: copyCounts(r.byPath), ByStatus: copyCounts(r.byStatus),
		Last: []Seen{}, Connections: r.connections, WebSockets: r.webSockets,
	}
	for _, seen := range r.last {
		result.Last = append(result.Last, *seen)
	}
	if header != "" {
		result.ByHeader = map[string]int{}
		for _, headers := range r.headers {
			result.ByHeader[headers[strings.ToLower(header)]]++
		}
	}
	return result
}

// ResetCounts forgets what arrived.
func (a *Application) ResetCounts() { a.record.reset() }

func copyCounts(counts map[string]int) map[string]int {
	copied := make(map[string]int, len(counts))
	for key, count := range counts {
		copied[key] = count
	}
	return copied
}

func (a *Application) see(request *http.Request, port int) Seen {
	peer := request.RemoteAddr
	if colon := strings.LastIndexByte(peer, ':'); colon > 0 {
		peer = peer[:colon]
	}
	seen := Seen{
		Method: request.Method, Path: request.RequestURI, Host: request.Host, Headers: flatHeaders(request.Header),
		Peer: peer, Port: port, Proto: request.Proto, AtMs: time.Since(a.record.start).Milliseconds(),
	}
	if request.TLS != nil {
		seen.SNI = request.TLS.ServerName
		seen.ClientCertificate = viewOf(request.TLS.PeerCertificates)
	}
	return seen
}

func flatHeaders(headers http.Header) map[string]string {
	flat := make(map[string]string, len(headers))
	for name, values := range headers {
		flat[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return flat
}

func statusText(status int) string { return strconv.Itoa(status) }
