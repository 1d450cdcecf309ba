package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"time"

	"tributary/internal/load"
)

const listen = "127.0.0.1:18080"

// conns is how many connections ask at once.
const conns = 16

// serve measures answers, first from a quiet process, then while pulls run beside it.
func (b *bench) serve(d time.Duration) (err error) {
	cmd := exec.Command(b.binary, b.args("serve", "--listen", listen)...)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, cmd.Process.Signal(syscall.SIGTERM), cmd.Wait())
	}()
	url := "http://" + listen + "/feeds/all.atom"
	if err := awaitFeed(url); err != nil {
		return err
	}
	fmt.Printf("\nserving %s over %d connections\n", "/feeds/all.atom", conns)
	for _, quiet := range []bool{true, false} {
		stop := func() error { return nil }
		if !quiet {
			stop = b.pullsBeside()
		}
		for _, kind := range []struct {
			name   string
			header http.Header
		}{ // "*" matches whatever the feed is at the moment
			{"304", http.Header{"If-None-Match": {"*"}}},
			{"200", http.Header{"Accept-Encoding": {"gzip"}}},
		} {
			r, err := load.Hammer(context.Background(), url, kind.header, conns, d)
			if err != nil {
				return errors.Join(err, stop())
			}
			when := "alone"
			if !quiet {
				when = "while ticks are pulled"
			}
			fmt.Printf("%s %-22s %s\n", kind.name, when, r)
		}
		if err := stop(); err != nil {
			return err
		}
	}
	return nil
}

func awaitFeed(url string) error {
	for range 100 {
		resp, err := http.Get(url) //nolint:noctx // a loopback address, for ten seconds at most
		if err == nil {
			if err := resp.Body.Close(); err != nil {
				return err
			}
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("%s gives no feed within 10 s", url)
}

// pullsBeside ticks and pulls in another process until it is told to stop.
func (b *bench) pullsBeside() (stop func() error) {
	quit, done := make(chan struct{}), make(chan error, 1)
	go func() {
		for {
			select {
			case <-quit:
				done <- nil
				return
			default:
			}
			if _, err := b.world.Tick(); err != nil {
				done <- err
				return
			}
			if _, err := b.pull(); err != nil {
				done <- err
				return
			}
		}
	}()
	return func() error {
		close(quit)
		return <-done
	}
}
