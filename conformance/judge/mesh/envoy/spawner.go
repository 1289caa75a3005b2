package envoy

import (
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"
)

// resolverFile says which resolvers a program asks for the addresses of names.
const resolverFile = "/etc/resolv.conf"

// Spawner starts processes from one thread that lives until the program ends. The kernel ties a child with a
// parent-death signal to the thread that started it, and Go is free to end threads.
type Spawner struct {
	jobs chan func()
}

// NewSpawner makes the thread. Its children see a file of their own where the machine names its resolvers, which
// cannot be reached from a pod's network; nobody else sees it.
func NewSpawner(resolvers string) (*Spawner, error) {
	s := &Spawner{jobs: make(chan func())}
	go func() {
		runtime.LockOSThread()
		for job := range s.jobs {
			job()
		}
		// Not reached while the program runs: the channel is never closed.
	}()
	return s, s.Do(func() error {
		if err := unix.Unshare(unix.CLONE_FS | unix.CLONE_NEWNS); err != nil {
			return fmt.Errorf("cannot give the Envoys a view of their own on files: %w (this needs root)", err)
		}
		if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
			return fmt.Errorf("cannot keep the Envoys' view on files apart: %w", err)
		}
		if err := unix.Mount(resolvers, resolverFile, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("cannot give the Envoys a %s of their own: %w", resolverFile, err)
		}
		return nil
	})
}

// Do runs f on the thread and waits for it.
func (s *Spawner) Do(f func() error) error {
	done := make(chan error)
	s.jobs <- func() { done <- f() }
	return <-done
}
