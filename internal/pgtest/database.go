package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
)

// variable names a server to use instead of one of our own.
const variable = "TRIBUTARY_TEST_POSTGRES"

// URL makes a database for the test and returns its address. Without PostgreSQL the
// test fails with what to install; only with -short is it left out.
func URL(t testing.TB) string {
	t.Helper()
	return get(t).database(t, "template0")
}

// Prepared makes a database for the test that is a copy of a template. The first test
// that asks for a template of that name has prepare make it: it is given the address
// of an empty database, and must leave no connection open.
func Prepared(t testing.TB, name string, prepare func(ctx context.Context, url string) error) string {
	t.Helper()
	s := get(t)
	if !s.ours { // nobody would remove the template
		url := s.database(t, "template0")
		if err := prepare(t.Context(), url); err != nil {
			t.Fatalf("prepare database %s for tests: %v", name, err)
		}
		return url
	}
	template, err := s.template(t.Context(), name, prepare)
	if err != nil {
		t.Fatalf("prepare database %s for tests: %v", name, err)
	}
	return s.database(t, template)
}

func get(t testing.TB) *server {
	t.Helper()
	s, err := theServer()
	if errors.Is(err, errMissing) && testing.Short() {
		t.Skip(err)
	}
	if err != nil {
		t.Fatalf("start PostgreSQL for tests: %v", err)
	}
	return s
}

// server is the one server of this process.
type server struct {
	address string
	ours    bool      // it ends with this process, and all its databases with it
	leash   io.Closer // held, never closed
	admin   *sql.DB

	mu        sync.Mutex
	templates map[string]string // name -> database
}

// theServer starts the server when it is first asked for.
var theServer = sync.OnceValues(func() (*server, error) {
	ctx := context.Background() // it serves all tests, whichever asks first
	address := os.Getenv(variable)
	ours := address == ""
	var leash io.Closer
	if ours {
		var err error
		if address, leash, err = start(ctx); err != nil {
			return nil, err
		}
	}
	admin, err := sql.Open("pgx", address)
	if err != nil {
		return nil, err
	}
	if err := admin.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("connect to the server of %s: %w", variable, err), admin.Close())
	}
	return &server{address: address, ours: ours, leash: leash, admin: admin, templates: map[string]string{}}, nil
})

// create makes a database under a name nobody else has and returns that.
func (s *server) create(ctx context.Context, template string) (string, error) {
	name := "tributary_test_" + strings.ToLower(rand.Text())
	_, err := s.admin.ExecContext(ctx, `CREATE DATABASE `+name+` TEMPLATE `+template)
	if err != nil {
		return "", fmt.Errorf("create database: %w", err)
	}
	return name, nil
}

func (s *server) database(t testing.TB, template string) string {
	t.Helper()
	name, err := s.create(t.Context(), template)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := s.admin.ExecContext(context.Background(), `DROP DATABASE `+name+` WITH (FORCE)`); err != nil {
			t.Errorf("drop database: %v", err)
		}
	})
	return s.addressOf(name)
}

func (s *server) addressOf(name string) string {
	u, err := url.Parse(s.address)
	if err != nil {
		return s.address // it was connected to, so this cannot be
	}
	u.Path = "/" + name
	return u.String()
}

func (s *server) template(ctx context.Context, name string, prepare func(ctx context.Context, url string) error) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if made, ok := s.templates[name]; ok {
		return made, nil
	}
	made, err := s.create(ctx, "template0")
	if err != nil {
		return "", err
	}
	if err := prepare(ctx, s.addressOf(made)); err != nil {
		return "", err
	}
	s.templates[name] = made
	return made, nil
}
