package app

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A run of requests stays within these, so that a slip in a test cannot occupy the machine for hours.
const (
	maxCount       = 100_000
	maxConcurrency = 500
	maxTimeout     = 10 * time.Minute
	manyRequests   = 50
)

// Order is a run of requests from one pod.
type Order struct {
	URL              string     `json:"url"`
	Method           string     `json:"method,omitempty"`
	Headers          Headers    `json:"headers,omitempty"`
	Body             string     `json:"body,omitempty"`
	HTTPVersion      string     `json:"httpVersion,omitempty"`
	Count            int        `json:"count,omitempty"`
	Concurrency      int        `json:"concurrency,omitempty"`
	TimeoutMs        int        `json:"timeoutMs,omitempty"`
	IntervalMs       int        `json:"intervalMs,omitempty"`
	WebSocket        *WebSocket `json:"websocket,omitempty"`
	ReuseConnections bool       `json:"reuseConnections,omitempty"`
	TLS              *TLS       `json:"tls,omitempty"`

	target *url.URL
}

// WebSocket says how long a WebSocket stays open and how much is sent over it.
type WebSocket struct {
	HoldMs   int `json:"holdMs"`
	Messages int `json:"messages"`
}

// Check fills in the defaults and refuses what makes no sense.
func (o *Order) Check() error {
	var err error
	if o.URL == "" {
		return errors.New("url is missing")
	}
	if o.target, err = url.Parse(o.URL); err != nil {
		return fmt.Errorf("url: %w", err)
	}
	switch o.target.Scheme {
	case "http", "https", "tcp", "tls":
	case "ws", "wss":
		if o.WebSocket == nil {
			o.WebSocket = &WebSocket{Messages: 1}
		}
		// Both spellings mean the same: an upgrade of an HTTP connection.
		o.target.Scheme = map[string]string{"ws": "http", "wss": "https"}[o.target.Scheme]
	default:
		return fmt.Errorf("url %q: the scheme is none of http, https, ws, wss, tcp, tls", o.URL)
	}
	if o.target.Hostname() == "" {
		return fmt.Errorf("url %q has no host", o.URL)
	}
	if o.bytes() && o.target.Port() == "" {
		return fmt.Errorf("url %q has no port", o.URL)
	}
	o.defaults()
	switch {
	case o.HTTPVersion != "1.1" && o.HTTPVersion != "2":
		return fmt.Errorf("httpVersion %q is neither \"1.1\" nor \"2\"", o.HTTPVersion)
	case o.WebSocket != nil && (o.HTTPVersion != "1.1" || o.bytes()):
		return errors.New("a WebSocket needs HTTP 1.1")
	case o.WebSocket != nil && (o.WebSocket.HoldMs < 0 || o.WebSocket.HoldMs > 600_000 || o.WebSocket.Messages < 0 || o.WebSocket.Messages > 10_000):
		return errors.New("websocket: holdMs goes from 0 to 600000, messages from 0 to 10000")
	case o.Count < 1 || o.Count > maxCount:
		return fmt.Errorf("count %d is not between 1 and %d", o.Count, maxCount)
	case o.Concurrency < 1 || o.Concurrency > maxConcurrency:
		return fmt.Errorf("concurrency %d is not between 1 and %d", o.Concurrency, maxConcurrency)
	case o.timeout() <= 0 || o.timeout() > maxTimeout:
		return fmt.Errorf("timeoutMs %d is not between 1 and %d", o.TimeoutMs, maxTimeout.Milliseconds())
	case o.IntervalMs < 0 || o.IntervalMs > 60_000:
		return fmt.Errorf("intervalMs %d is not between 0 and 60000", o.IntervalMs)
	case o.TLS != nil && !o.secured():
		return fmt.Errorf("tls: the scheme of %s is neither https nor wss nor tls", o.URL)
	case o.TLS != nil:
		return o.TLS.check()
	}
	return nil
}

func (o *Order) defaults() {
	if o.Method == "" {
		o.Method = "GET"
	}
	if o.HTTPVersion == "" {
		o.HTTPVersion = "1.1"
	}
	if o.Count == 0 {
		o.Count = 1
	}
	if o.Concurrency == 0 {
		o.Concurrency = 1
		if o.Count > manyRequests {
			o.Concurrency = 20
		}
	}
	if o.TimeoutMs == 0 {
		o.TimeoutMs = 15_000
	}
}

func (o *Order) timeout() time.Duration { return time.Duration(o.TimeoutMs) * time.Millisecond }

// bytes: no HTTP is spoken.
func (o *Order) bytes() bool { return o.target.Scheme == "tcp" || o.target.Scheme == "tls" }

// secured: whatever is spoken is inside TLS.
func (o *Order) secured() bool { return o.target.Scheme == "https" || o.target.Scheme == "tls" }

// Host is the host of the URL without its port.
func (o *Order) Host() string { return o.target.Hostname() }

// Port is the port of the URL.
func (o *Order) Port() int {
	if port, err := strconv.Atoi(o.target.Port()); err == nil {
		return port
	}
	if o.target.Scheme == "https" {
		return 443
	}
	return 80
}

// hostHeader is the Host header: said in the headers, else the URL's.
func (o *Order) hostHeader() string {
	for name, values := range o.Headers {
		if strings.EqualFold(name, "host") && len(values) > 0 {
			return values[0]
		}
	}
	return o.target.Host
}

// serverName is the SNI: what was said, else the name without a port.
func (o *Order) serverName() string {
	if o.TLS != nil && o.TLS.ServerName != "" {
		return o.TLS.ServerName
	}
	host := o.hostHeader()
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}
