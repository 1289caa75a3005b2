package envoy

import "runtime"

// Spawner starts processes from one thread that lives until the program ends. The kernel ties a child with a
// parent-death signal to the thread that started it, and Go is free to end threads.
type Spawner struct {
	jobs chan func()
}

// NewSpawner makes the thread.
func NewSpawner() *Spawner {
	s := &Spawner{jobs: make(chan func())}
	go func() {
		runtime.LockOSThread()
		for job := range s.jobs {
			job()
		}
		// Not reached while the program runs: the channel is never closed.
	}()
	return s
}

// Do runs f on the thread and waits for it.
func (s *Spawner) Do(f func() error) error {
	done := make(chan error)
	s.jobs <- func() { done <- f() }
	return <-done
}
