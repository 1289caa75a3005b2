// Package control runs Istio's own discovery server as the control plane of the mesh.
package control

import (
	"fmt"
	"os"
	"runtime"
	"sync"

	"istio.io/istio/pkg/test"
)

// lifetime stands in for the test that Istio's in-process server believes to belong to: it keeps what is to be
// cleaned up and what went wrong.
type lifetime struct {
	report func(string)

	mutex    sync.Mutex
	failure  error
	cleanups []func()
}

var _ test.Failer = &lifetime{}

func (l *lifetime) fail(message string) {
	l.mutex.Lock()
	if l.failure == nil {
		l.failure = fmt.Errorf("Istio's discovery server: %s", message)
	}
	l.mutex.Unlock()
	l.report("Istio's discovery server: " + message)
	// The contract of a failing test: the goroutine that failed goes no further.
	runtime.Goexit()
}

func (l *lifetime) Fail()                             { l.fail("it failed and did not say why") }
func (l *lifetime) FailNow()                          { l.fail("it failed and did not say why") }
func (l *lifetime) Fatal(values ...any)               { l.fail(fmt.Sprint(values...)) }
func (l *lifetime) Fatalf(format string, v ...any)    { l.fail(fmt.Sprintf(format, v...)) }
func (l *lifetime) Skip(values ...any)                { l.fail(fmt.Sprint(values...)) }
func (l *lifetime) Log(values ...any)                 {}
func (l *lifetime) Logf(format string, values ...any) {}
func (l *lifetime) Helper()                           {}

func (l *lifetime) TempDir() string {
	directory, err := os.MkdirTemp("", "judge")
	if err != nil {
		l.fail(err.Error())
	}
	l.Cleanup(func() { _ = os.RemoveAll(directory) })
	return directory
}

func (l *lifetime) Cleanup(f func()) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.cleanups = append(l.cleanups, f)
}

func (l *lifetime) err() error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.failure
}

// run calls f on a goroutine that may end early, which is how failing looks to Istio.
func (l *lifetime) run(f func()) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	<-done
	return l.err()
}

// end runs the clean-ups, newest first.
func (l *lifetime) end() {
	l.mutex.Lock()
	cleanups := l.cleanups
	l.cleanups = nil
	l.mutex.Unlock()
	for i := len(cleanups) - 1; i >= 0; i-- {
		_ = l.run(cleanups[i])
	}
}
