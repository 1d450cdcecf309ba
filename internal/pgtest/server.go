package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of the administrating connection
)

// start starts a server and returns the address of its database postgres. The server
// lives as long as the process holds on to leash: a pipe that the garbage collector
// finds unused is closed, and with it the server.
func start(ctx context.Context) (url string, leash io.Closer, err error) {
	bin, err := programs(ctx)
	if err != nil {
		return "", nil, err
	}
	// A short path: a socket's may have 107 bytes.
	dir, err := os.MkdirTemp("", "pgtest-")
	if err != nil {
		return "", nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	as, err := servant(dir)
	if err != nil {
		return "", nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "--pgdata="+data, "--username=postgres", "--auth=trust",
		"--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
	initdb.Dir, initdb.SysProcAttr = dir, &syscall.SysProcAttr{Credential: as}
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("run %s: %w: %s", initdb.Path, err, out)
	}
	// Another process may take the port between its choice and its use.
	const tries = 5
	for range tries {
		if url, leash, err = listen(ctx, bin, dir, data, as); err == nil {
			return url, leash, nil
		}
	}
	return "", nil, err
}

// servant gives the directory to a user that may run PostgreSQL; nil is ourselves.
func servant(dir string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	var failed error
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("look up user %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("look up user %s: %w", name, err)
		}
		if err := os.Chown(dir, int(uid), int(gid)); err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, fmt.Errorf("find a user to run PostgreSQL as: %w", failed)
}

// watch is what the shell does that ends the server: it waits until its input ends,
// which it does when the test process has ended, whatever the reason; SIGQUIT is an
// immediate shutdown.
const watch = `cat >/dev/null; kill -QUIT "$1" 2>/dev/null
for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$1" 2>/dev/null || break; sleep 0.1; done
rm -rf "$2"`

// listen starts the server on a free port, with somebody who ends it.
func listen(ctx context.Context, bin, dir, data string, as *syscall.Credential) (string, io.Closer, error) {
	port, err := freePort(ctx)
	if err != nil {
		return "", nil, err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return "", nil, err
	}
	server := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "-D", data, "-k", dir, "-p", strconv.Itoa(port),
		"-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "synchronous_commit=off",
		"-c", "full_page_writes=off", "-c", "max_connections=200", "-c", "shared_buffers=128MB",
		"-c", "autovacuum_naptime=10s")
	// A session of its own, so that an interrupt at the terminal leaves the ending to
	// the shell; no output of ours, since go test waits for whoever holds it.
	server.Dir, server.Stdout, server.Stderr = dir, log, log
	server.SysProcAttr = &syscall.SysProcAttr{Credential: as, Setsid: true}
	err = server.Start()
	if err := errors.Join(err, log.Close()); err != nil {
		return "", nil, fmt.Errorf("start %s: %w", server.Path, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()

	url := fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port)
	if err := answer(ctx, url, ended); err != nil {
		said, reading := os.ReadFile(filepath.Join(dir, "log"))
		return "", nil, errors.Join(fmt.Errorf("start %s: %w: %s", server.Path, err, said), reading)
	}
	shell := exec.CommandContext(ctx, "sh", "-c", watch, "pgtest", strconv.Itoa(server.Process.Pid), dir)
	shell.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	leash, err := shell.StdinPipe()
	if err != nil {
		return "", nil, errors.Join(err, server.Process.Signal(syscall.SIGQUIT))
	}
	if err := shell.Start(); err != nil {
		return "", nil, errors.Join(err, server.Process.Signal(syscall.SIGQUIT))
	}
	return url, leash, nil
}

func freePort(ctx context.Context) (int, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

// answer waits for the server's first answer, or its end.
func answer(ctx context.Context, url string, ended <-chan error) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	deadline := time.After(30 * time.Second)
	for {
		ping, cancel := context.WithTimeout(ctx, 2*time.Second)
		err := db.PingContext(ping)
		cancel()
		if err == nil {
			return db.Close()
		}
		select {
		case exit := <-ended:
			return errors.Join(fmt.Errorf("it ended at once: %w", reason(exit)), db.Close())
		case <-deadline:
			return errors.Join(fmt.Errorf("it does not answer: %w", err), db.Close())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func reason(err error) error {
	if err == nil {
		return errors.New("without an error")
	}
	return err
}
