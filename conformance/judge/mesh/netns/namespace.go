// Package netns makes network namespaces that have no name: they live as long as this process holds them open or a
// process runs in them. So nothing can be left behind, however this process ends, and the machine's own network
// never changes.
package netns

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// Namespace is a network namespace, held open.
type Namespace struct {
	name string
	file *os.File
}

// New makes an empty namespace; the name is for messages only.
func New(name string) (*Namespace, error) {
	var file *os.File
	err := onOwnThread(func() error {
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("cannot make a network namespace for %s: %w (this needs root)", name, err)
		}
		var err error
		file, err = os.Open("/proc/thread-self/ns/net")
		return err
	})
	if err != nil {
		return nil, err
	}
	return &Namespace{name: name, file: file}, nil
}

// Close lets go of the namespace; the kernel removes it with everything in it once no process runs there.
func (n *Namespace) Close() { _ = n.file.Close() }

// path is how other programs reach the namespace while it has no name.
func (n *Namespace) path() string { return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), n.file.Fd()) }

// Do runs f on a thread inside the namespace. Sockets that f opens and processes that f starts belong there for
// good; goroutines that f starts do not.
func (n *Namespace) Do(f func() error) error {
	return onOwnThread(func() error {
		if err := unix.Setns(int(n.file.Fd()), unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("cannot enter the network of %s: %w", n.name, err)
		}
		return f()
	})
}

// DoHere is Do on the calling thread, which the caller has locked to its goroutine and keeps.
func (n *Namespace) DoHere(f func() error) error {
	home, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return err
	}
	defer home.Close()
	if err := unix.Setns(int(n.file.Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("cannot enter the network of %s: %w", n.name, err)
	}
	result := f()
	if err := unix.Setns(int(home.Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("cannot leave the network of %s: %w", n.name, err)
	}
	return result
}

// onOwnThread runs f on a thread of its own and brings the thread back to the namespace it came from. A thread
// that cannot come back ends with its goroutine, so no other goroutine ever runs in the wrong network.
func onOwnThread(f func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		home, err := os.Open("/proc/thread-self/ns/net")
		if err != nil {
			runtime.UnlockOSThread()
			done <- err
			return
		}
		defer home.Close()
		err = f()
		if unix.Setns(int(home.Fd()), unix.CLONE_NEWNET) == nil {
			runtime.UnlockOSThread()
		}
		done <- err
	}()
	return <-done
}

// Dial connects to an IPv4 address from inside the namespace. Go opens the socket of a literal address on the
// calling thread, which is what makes this work.
func (n *Namespace) Dial(ctx context.Context, address string) (net.Conn, error) {
	var connection net.Conn
	err := n.Do(func() error {
		dialer := net.Dialer{FallbackDelay: -1, KeepAlive: -1}
		dialer.SetMultipathTCP(false)
		var err error
		connection, err = dialer.DialContext(ctx, "tcp4", address)
		return err
	})
	return connection, err
}

// Listen listens inside the namespace, on all its addresses.
func (n *Namespace) Listen(port int) (net.Listener, error) {
	var listener net.Listener
	err := n.Do(func() error {
		config := net.ListenConfig{}
		config.SetMultipathTCP(false)
		var err error
		listener, err = config.Listen(context.Background(), "tcp4", fmt.Sprintf("0.0.0.0:%d", port))
		return err
	})
	return listener, err
}

// run gives a program its input inside the namespace.
func (n *Namespace) run(input string, program string, arguments ...string) error {
	return n.Do(func() error {
		command := exec.Command(program, arguments...)
		command.Stdin = strings.NewReader(input)
		output, err := command.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%s %s in the network of %s: %w\n%s\nits input was:\n%s",
				program, strings.Join(arguments, " "), n.name, err, strings.TrimSpace(string(output)), input)
		}
		return nil
	})
}

// setKernel sets a network parameter of the namespace. /proc/sys/net shows each thread its own namespace.
func (n *Namespace) setKernel(parameter, value string) error {
	return n.Do(func() error {
		if err := os.WriteFile("/proc/sys/net/"+parameter, []byte(value), 0o644); err != nil {
			return fmt.Errorf("cannot set net/%s to %s in the network of %s: %w", parameter, value, n.name, err)
		}
		return nil
	})
}
