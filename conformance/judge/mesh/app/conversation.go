package app

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/gorilla/websocket"
)

// Conversation is what became of a WebSocket.
type Conversation struct {
	OpenMs   int64  `json:"openMs"`
	Sent     int    `json:"sent"`
	Echoed   int    `json:"echoed"`
	ClosedBy string `json:"closedBy"`
}

// converse opens a WebSocket, spreads the messages over the time it shall stay open, and closes it.
func (s *sender) converse(ctx context.Context) Result {
	dialer := websocket.Dialer{
		NetDialContext:  func(ctx context.Context, _, _ string) (net.Conn, error) { return s.connect(ctx) },
		TLSClientConfig: s.order.tlsConfig(&s.handshake),
	}
	target := *s.order.target
	target.Scheme = map[string]string{"http": "ws", "https": "wss"}[target.Scheme]
	header := s.order.header()
	header.Set("Host", s.order.hostHeader())
	connection, response, err := dialer.DialContext(ctx, target.String(), header)
	if err != nil && response == nil {
		return failure(ctx, err)
	}
	result := Result{Status: response.StatusCode, Headers: flatHeaders(response.Header)}
	if err != nil {
		// Refused with a status: gorilla keeps the beginning of the body.
		content := make([]byte, shownBody)
		read, _ := response.Body.Read(content)
		result.read("", content[:read])
		result.Error = "protocol"
		return result
	}
	defer connection.Close()
	result.read(response.Header.Get(answerHeader), nil)
	result.WebSocket = hold(connection, *s.order.WebSocket)
	if result.WebSocket.ClosedBy == "peer" {
		result.Error = "reset"
		result.Detail = fmt.Sprintf("the WebSocket was closed after %d ms, not held for %d ms", result.WebSocket.OpenMs, s.order.WebSocket.HoldMs)
	}
	return result
}

// hold keeps a WebSocket open as long as asked, if the peer lets it.
func hold(connection *websocket.Conn, plan WebSocket) *Conversation {
	start := time.Now()
	conversation := &Conversation{ClosedBy: "client"}
	echoes := make(chan struct{}, plan.Messages+1)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for {
			if _, _, err := connection.ReadMessage(); err != nil {
				return
			}
			select {
			case echoes <- struct{}{}:
			default: // more than was sent: a peer that talks on its own
			}
		}
	}()
	pause := time.Duration(plan.HoldMs) * time.Millisecond
	if plan.Messages > 0 {
		pause /= time.Duration(plan.Messages)
	}
	for range max(plan.Messages, 1) {
		if conversation.Sent < plan.Messages {
			if err := connection.WriteMessage(websocket.TextMessage, []byte("hello")); err != nil {
				conversation.ClosedBy = "peer"
				break
			}
			conversation.Sent++
		}
		select {
		case <-gone:
			conversation.ClosedBy = "peer"
		case <-time.After(pause):
		}
		if conversation.ClosedBy == "peer" {
			break
		}
	}
	// The last echo is on its way: give it a moment.
	for conversation.ClosedBy == "client" && conversation.Echoed < conversation.Sent {
		select {
		case <-echoes:
			conversation.Echoed++
			continue
		case <-gone:
			conversation.ClosedBy = "peer"
		case <-time.After(time.Second):
		}
		break
	}
	conversation.Echoed += len(echoes)
	conversation.OpenMs = time.Since(start).Milliseconds()
	return conversation
}
