package mesh

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"cdk8s-istio/conformance/judge/mesh/app"
)

// driver speaks the protocol with a judge of its own, as the TypeScript tests do.
type driver struct {
	t       *testing.T
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	number  int
	ready   reply
}

// reply holds every field that some answer has.
type reply struct {
	Event   string `json:"event"`
	OK      bool   `json:"ok"`
	Error   string `json:"error"`
	StartMs int    `json:"startMs"`
	Pods    json.RawMessage
	Stats   map[string]float64 `json:"stats"`
	Total   int                `json:"total"`
	Config  json.RawMessage    `json:"config"`
	Ms      int                `json:"ms"`
	Applied []string           `json:"applied"`
	Client  string             `json:"client"`
	app.Counts
	Phases   []app.Phase   `json:"phases"`
	Failures []app.Failure `json:"failures"`
	Results  []struct {
		Status    int               `json:"status"`
		Error     string            `json:"error"`
		Pod       string            `json:"pod"`
		Body      string            `json:"body"`
		Headers   map[string]string `json:"headers"`
		Detail    string            `json:"detail"`
		TLS       *app.Session      `json:"tls"`
		GRPC      string            `json:"grpcStatus"`
		WebSocket *struct {
			OpenMs   int    `json:"openMs"`
			Echoed   int    `json:"echoed"`
			ClosedBy string `json:"closedBy"`
		} `json:"websocket"`
		Seen struct {
			Path    string               `json:"path"`
			Host    string               `json:"host"`
			Proto   string               `json:"proto"`
			SNI     string               `json:"sni"`
			Client  *app.CertificateView `json:"clientCertificate"`
			Headers map[string]string    `json:"headers"`
		} `json:"seen"`
	} `json:"results"`
}

type ask map[string]any

// requireMachine skips with the whole reason, so that nobody takes a skipped mesh for a proved one.
func requireMachine(t *testing.T) {
	t.Helper()
	if _, err := checkMachine(""); err != nil {
		t.Skipf("THE MESH WAS NOT TESTED: %v", err)
	}
}

// built is the program that the tests drive, built once; TestMain removes it.
var built = sync.OnceValues(func() (string, error) {
	directory, err := os.MkdirTemp("", "judge-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(directory, "judge")
	if output, err := exec.Command("go", "build", "-buildvcs=false", "-o", path, "..").CombinedOutput(); err != nil {
		return path, fmt.Errorf("the judge does not build: %w\n%s", err, output)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if used {
		path, _ := built()
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// used says whether any test needed the program, so that cleaning up does not build it.
var used bool

func buildJudge(t *testing.T) string {
	t.Helper()
	used = true
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func start(t *testing.T, judge string, arguments ...string) *driver {
	t.Helper()
	binary, err := checkMachine("")
	if err != nil {
		t.Fatal(err)
	}
	d := &driver{t: t, command: exec.Command(judge, append([]string{"mesh", "--envoy", binary, "--lock-timeout", "5m"}, arguments...)...)}
	d.command.Stderr = os.Stderr
	if d.in, err = d.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := d.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	d.out = bufio.NewReader(out)
	if err := d.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = d.in.Close()
		_ = d.command.Wait()
	})
	d.ready = d.read()
	if d.ready.Event != "ready" {
		t.Fatalf("the mesh did not come up: %s", d.ready.Error)
	}
	return d
}

func (d *driver) read() reply {
	d.t.Helper()
	line, err := d.out.ReadBytes('\n')
	if err != nil {
		d.t.Fatalf("the judge said nothing more: %v", err)
	}
	var answer reply
	if err := json.Unmarshal(line, &answer); err != nil {
		d.t.Fatalf("%v in %s", err, line)
	}
	return answer
}

// try asks one question and returns the answer, whether ok or not.
func (d *driver) try(op string, fields ask) reply {
	d.t.Helper()
	d.number++
	request := ask{"id": d.number, "op": op}
	for name, value := range fields {
		request[name] = value
	}
	line, err := json.Marshal(request)
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.in.Write(append(line, '\n')); err != nil {
		d.t.Fatal(err)
	}
	return d.read()
}

// do asks a question whose answer must be ok.
func (d *driver) do(op string, fields ask) reply {
	d.t.Helper()
	answer := d.try(op, fields)
	if !answer.OK {
		d.t.Fatalf("%s %v: %s", op, fields, answer.Error)
	}
	return answer
}

// outcome sends one request and says what became of it: "200", "reset" …
func (d *driver) outcome(caller, url string, more ask) string {
	d.t.Helper()
	fields := ask{"caller": caller, "url": url}
	for name, value := range more {
		fields[name] = value
	}
	for key := range d.do("request", fields).ByStatus {
		return key
	}
	return "nothing"
}

func statusName(status int) string { return strconv.Itoa(status) }

// exitCode waits for the judge to end.
func (d *driver) exitCode() int {
	d.t.Helper()
	done := make(chan error, 1)
	go func() { done <- d.command.Wait() }()
	select {
	case err := <-done:
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return exit.ExitCode()
		}
		return 0
	case <-time.After(10 * time.Second):
		d.t.Fatal("the judge did not end within 10 s")
		return -1
	}
}
