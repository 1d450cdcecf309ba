package pgtest_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"tributary/internal/pgtest"
)

func open(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func TestDatabasesAreApart(t *testing.T) {
	a, b := open(t, pgtest.URL(t)), open(t, pgtest.URL(t))
	if _, err := a.Exec(`CREATE TABLE only_here (id INT)`); err != nil {
		t.Fatal(err)
	}
	var there bool
	if err := b.QueryRow(`SELECT to_regclass('only_here') IS NOT NULL`).Scan(&there); err != nil {
		t.Fatal(err)
	}
	if there {
		t.Error("a table made in one database is in the other")
	}
}

func TestTemplateIsPreparedOnce(t *testing.T) {
	prepared := 0
	prepare := func(ctx context.Context, url string) error {
		prepared++
		db, err := sql.Open("pgx", url)
		if err != nil {
			return err
		}
		if _, err := db.ExecContext(ctx, `CREATE TABLE ready (id INT)`); err != nil {
			return err
		}
		return db.Close()
	}
	for range 3 {
		db := open(t, pgtest.Prepared(t, "counted", prepare))
		if _, err := db.Exec(`INSERT INTO ready VALUES (1)`); err != nil {
			t.Fatal(err)
		}
		var rows int
		if err := db.QueryRow(`SELECT count(*) FROM ready`).Scan(&rows); err != nil || rows != 1 {
			t.Errorf("%d rows, %v; want the one of this test", rows, err)
		}
	}
	if prepared != 1 && os.Getenv("TRIBUTARY_TEST_POSTGRES") == "" {
		t.Errorf("prepared %d times", prepared)
	}
}

// TestServerEndsWithItsProcess starts this test binary again, kills it while its
// server runs, and looks for what it left.
func TestServerEndsWithItsProcess(t *testing.T) {
	if os.Getenv("PGTEST_VICTIM") != "" {
		var data string
		if err := open(t, pgtest.URL(t)).QueryRow(`SHOW data_directory`).Scan(&data); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stdout.WriteString("data=" + data + "\n"); err != nil {
			t.Fatal(err)
		}
		select {} // until killed
	}
	if os.Getenv("TRIBUTARY_TEST_POSTGRES") != "" {
		t.Log("another server is used, which is not ours to end")
		return
	}
	pgtest.URL(t) // for its word on what is missing
	victim := exec.Command(os.Args[0], "-test.run=^TestServerEndsWithItsProcess$")
	victim.Env = append(os.Environ(), "PGTEST_VICTIM=1")
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 4096)
	n, err := out.Read(line)
	if err != nil {
		t.Fatalf("the victim said nothing: %v", err)
	}
	data, ok := strings.CutPrefix(strings.TrimSpace(string(line[:n])), "data=")
	if !ok {
		t.Fatalf("the victim said %q", line[:n])
	}
	if _, err := os.Stat(data + "/postmaster.pid"); err != nil {
		t.Fatalf("its server does not run: %v", err)
	}
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := victim.Wait(); err == nil {
		t.Fatal("the victim was not killed")
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(data); os.IsNotExist(err) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is still there", data)
		}
	}
}

// The server must not end because the collector finds nobody reading its leash.
func TestServerOutlivesACollection(t *testing.T) {
	url := pgtest.URL(t)
	for range 3 {
		runtime.GC()
		time.Sleep(50 * time.Millisecond)
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.PingContext(t.Context()), db.Close()); err != nil {
		t.Error(err)
	}
}
