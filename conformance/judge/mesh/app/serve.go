package app

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// answerHeader carries the answer where a body cannot: gRPC bodies are framed, WebSockets have none.
const answerHeader = "x-judge-answer"

// Answer is what the application says to each request.
type Answer struct {
	Identity
	Seen Seen `json:"seen"`
}

func (a *Application) handler(port int) http.Handler {
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		a.answering.Add(1)
		defer a.answering.Add(-1)
		if isCheck(request) {
			a.authorize(response, request, port)
			return
		}
		seen := a.see(request, port)
		arrived := a.record.arrive(seen)
		// Read what is sent, so that a large body is not answered before it has arrived.
		a.read(request, arrived)
		behaviour := a.behaviourFor(request.Method, request.URL.Path, port)
		if !pause(request.Context(), behaviour.DelayMs) {
			a.record.finish(arrived, "cancelled")
			return
		}
		switch {
		case behaviour.Close:
			a.record.finish(arrived, "closed")
			abort(response)
		case websocket.IsWebSocketUpgrade(request) && behaviour.Status == 0:
			a.record.finish(arrived, "101")
			a.echoMessages(response, request, seen)
		default:
			status := http.StatusOK
			if behaviour.Status != 0 {
				status = behaviour.Status
			}
			// Noted before it is sent, so that a test that has its answer also finds it counted.
			a.record.finish(arrived, statusText(status))
			a.answer(response, request, seen, behaviour, status)
		}
	})
}

// keepBody is the length up to which a body is kept.
const keepBody = 1 << 16

// read takes in all that is sent, and keeps what is JSON: spans, for example.
func (a *Application) read(request *http.Request, arrived arrival) {
	if strings.HasPrefix(request.Header.Get("Content-Type"), "application/json") {
		if body, err := io.ReadAll(io.LimitReader(request.Body, keepBody+1)); err == nil && len(body) <= keepBody {
			a.record.sent(arrived, string(body))
		}
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(request.Body, 64<<20))
}

// pause waits, unless the peer leaves first.
func pause(ctx context.Context, milliseconds int) bool {
	if milliseconds <= 0 {
		return true
	}
	select {
	case <-time.After(time.Duration(milliseconds) * time.Millisecond):
		return true
	case <-ctx.Done():
		return false
	}
}

// abort ends the connection without an answer: with a reset where the connection is ours to end, by a reset of the
// stream in HTTP/2.
func abort(response http.ResponseWriter) {
	if hijacker, ok := response.(http.Hijacker); ok {
		if connection, _, err := hijacker.Hijack(); err == nil {
			reset(connection)
			return
		}
	}
	panic(http.ErrAbortHandler)
}

func (a *Application) answer(response http.ResponseWriter, request *http.Request, seen Seen, behaviour Behaviour, status int) {
	grpc := strings.HasPrefix(request.Header.Get("Content-Type"), "application/grpc")
	seen.Status = statusText(status)
	body, _ := json.Marshal(Answer{a.Identity, seen})
	header := response.Header()
	for name, value := range behaviour.Headers {
		header.Set(name, value)
	}
	code := 0
	if behaviour.GRPCStatus != nil {
		code = *behaviour.GRPCStatus
	}
	switch {
	case grpc:
		// An answer in trailers only, as a gRPC server gives one without a message.
		header.Set("Content-Type", "application/grpc")
		header.Set(answerHeader, string(body))
		header.Set("Grpc-Status", strconv.Itoa(code))
		response.WriteHeader(status)
	default:
		header.Set("Content-Type", "application/json")
		if behaviour.GRPCStatus != nil {
			header.Set("Grpc-Status", strconv.Itoa(code))
		}
		response.WriteHeader(status)
		_, _ = response.Write(body)
	}
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

func (a *Application) echoMessages(response http.ResponseWriter, request *http.Request, seen Seen) {
	a.record.webSocket()
	body, _ := json.Marshal(Answer{a.Identity, seen})
	connection, err := upgrader.Upgrade(response, request, http.Header{answerHeader: {string(body)}})
	if err != nil {
		return
	}
	defer connection.Close()
	for {
		kind, message, err := connection.ReadMessage()
		if err != nil {
			return
		}
		if err := connection.WriteMessage(kind, message); err != nil {
			return
		}
	}
}

// serveTCP answers the first bytes of a connection with a line about itself, and echoes them and all that follow.
func (a *Application) serveTCP(opened *server, port int) {
	for {
		connection, err := opened.listener.Accept()
		if err != nil {
			return
		}
		opened.tracker.add(connection)
		go func() {
			defer opened.tracker.remove(connection)
			defer connection.Close()
			a.echoBytes(connection, port)
		}()
	}
}

func (a *Application) echoBytes(connection net.Conn, port int) {
	buffer := make([]byte, 32*1024)
	first := true
	for {
		read, err := connection.Read(buffer)
		if err != nil {
			return
		}
		if first {
			first = false
			if !a.introduce(connection, port) {
				return
			}
		}
		if _, err := connection.Write(buffer[:read]); err != nil {
			return
		}
	}
}

func (a *Application) introduce(connection net.Conn, port int) bool {
	peer, _, _ := net.SplitHostPort(connection.RemoteAddr().String())
	seen := Seen{Method: "TCP", Peer: peer, Port: port, Proto: "TCP", AtMs: time.Since(a.record.start).Milliseconds()}
	arrived := a.record.arrive(seen)
	behaviour := a.behaviourFor("TCP", "", port)
	time.Sleep(time.Duration(behaviour.DelayMs) * time.Millisecond)
	if behaviour.Close {
		a.record.finish(arrived, "closed")
		reset(connection)
		return false
	}
	a.record.finish(arrived, "ok")
	line, _ := json.Marshal(Answer{a.Identity, seen})
	_, err := connection.Write(append(line, '\n'))
	return err == nil
}
