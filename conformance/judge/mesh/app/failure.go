package app

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
)

// failure sorts an error into the few kinds that a test tells apart.
func failure(ctx context.Context, err error) Result {
	return Result{Error: kindOfFailure(ctx, err), Detail: err.Error(), cause: err}
}

func kindOfFailure(ctx context.Context, err error) string {
	var network net.Error
	var record tls.RecordHeaderError
	var alert tls.AlertError
	switch {
	case errors.Is(err, context.DeadlineExceeded), ctx.Err() != nil, errors.As(err, &network) && network.Timeout():
		return "timeout"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "unreachable"
	case errors.As(err, &record), errors.As(err, &alert), errors.Is(err, errDistrust), isAlert(err):
		return "tls"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "reset"
	}
	// net/http wraps these in errors of its own that keep the text only.
	text := err.Error()
	for _, sign := range []string{"EOF", "connection reset", "server closed idle connection", "broken pipe", "stream error", "client connection lost", "http2: server sent GOAWAY"} {
		if strings.Contains(text, sign) {
			return "reset"
		}
	}
	if strings.Contains(text, "tls:") || strings.Contains(text, "x509:") {
		return "tls"
	}
	return "protocol"
}
