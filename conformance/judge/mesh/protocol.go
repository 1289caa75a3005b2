package mesh

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"sync"
)

// maxLine bounds one request; the largest are YAML in an apply.
const maxLine = 16 << 20

// call is the part that all requests share.
type call struct {
	ID json.RawMessage `json:"id"`
	Op string          `json:"op"`
}

// operations are the protocol; PROTOCOL.md describes each. "down" is Serve's own.
var operations = map[string]func(*Mesh, json.RawMessage) (any, error){
	"status":      (*Mesh).opStatus,
	"request":     (*Mesh).opRequest,
	"startClient": (*Mesh).opStartClient,
	"markClient":  (*Mesh).opMarkClient,
	"stopClient":  (*Mesh).opStopClient,
	"behave":      (*Mesh).opBehave,
	"received":    (*Mesh).opReceived,
	"resetCounts": (*Mesh).opResetCounts,
	"apply":       (*Mesh).opApply,
	"delete":      (*Mesh).opDelete,
	"scale":       (*Mesh).opScale,
	"config_dump": (*Mesh).opConfigDump,
	"envoyStats":  (*Mesh).opEnvoyStats,
}

// writer puts one JSON object a line on the output, whoever answers at the same time.
type writer struct {
	mutex sync.Mutex
	out   io.Writer
}

func (w *writer) write(value any) {
	line, err := json.Marshal(value)
	if err != nil {
		line, _ = json.Marshal(map[string]any{"ok": false, "error": fmt.Sprintf("cannot write the answer: %v", err)})
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	_, _ = w.out.Write(append(line, '\n'))
}

// ReadyEvent is the first line of a mesh that is up.
func (m *Mesh) ReadyEvent() any {
	return map[string]any{
		"event": "ready", "startMs": m.taken.Milliseconds(), "pods": m.podStates(), "ignored": append([]string{}, m.topology.Ignored...),
	}
}

// Serve answers requests until the input ends or "down" is asked for, then ends the mesh. It answers down itself
// when everything is gone.
func (m *Mesh) Serve(in io.Reader, out io.Writer, ending <-chan struct{}) error {
	answers := &writer{out: out}
	answers.write(m.ReadyEvent())
	lines, failed := readLines(in)
	for {
		select {
		case <-ending:
			m.Down()
			return nil
		case err := <-failed:
			m.Down()
			return err
		case line := <-lines:
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			var request call
			if err := json.Unmarshal(line, &request); err != nil {
				answers.write(map[string]any{"id": nil, "ok": false, "error": fmt.Sprintf("this line is no JSON object: %v", err)})
				continue
			}
			if request.Op == "down" {
				m.Down()
				answers.write(answer(request.ID, nil, nil))
				return nil
			}
			go func() {
				result, err := m.perform(request.Op, line)
				answers.write(answer(request.ID, result, err))
			}()
		}
	}
}

// readLines reads on a goroutine of its own, as reading cannot be interrupted. The second channel gets nil at the
// end of the input.
func readLines(in io.Reader) (<-chan []byte, <-chan error) {
	lines, failed := make(chan []byte), make(chan error, 1)
	go func() {
		scanner := bufio.NewScanner(in)
		scanner.Buffer(make([]byte, 64*1024), maxLine)
		for scanner.Scan() {
			lines <- bytes.Clone(scanner.Bytes())
		}
		failed <- scanner.Err()
	}()
	return lines, failed
}

func (m *Mesh) perform(op string, line []byte) (result any, err error) {
	// One bad question must not take the mesh down with it.
	defer func() {
		if caught := recover(); caught != nil {
			m.options.Report(fmt.Sprintf("%s panicked: %v\n%s", op, caught, debug.Stack()))
			err = fmt.Errorf("the judge failed at %s, which is a fault of its own: %v", op, caught)
		}
	}()
	perform, known := operations[op]
	if !known {
		return nil, fmt.Errorf("there is no op %q", op)
	}
	return perform(m, line)
}

// answer joins the fields of a result with id, ok and error.
func answer(id json.RawMessage, result any, err error) any {
	joined := map[string]json.RawMessage{}
	if result != nil {
		raw, marshalErr := json.Marshal(result)
		if marshalErr == nil {
			marshalErr = json.Unmarshal(raw, &joined)
		}
		err = errors.Join(err, marshalErr)
	}
	if id == nil {
		id = json.RawMessage("null")
	}
	joined["id"] = id
	joined["ok"] = json.RawMessage("true")
	if err != nil {
		joined["ok"] = json.RawMessage("false")
		joined["error"], _ = json.Marshal(err.Error())
	}
	return joined
}

// decode reads a request's fields and refuses unknown ones.
func decode(line json.RawMessage, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}
