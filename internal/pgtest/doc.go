// Package pgtest gives tests a PostgreSQL of their own: a server in a temporary
// directory, one for each test process, and a database in it for each test.
//
// It owns finding, starting and ending that server. It must not know what the
// databases hold, and only tests may import it.
//
// The server is a throw-away: it never syncs to the disk and listens on loopback
// only. It ends with the test process however that ends, even killed. Root's tests
// run it as the user postgres or nobody, because PostgreSQL refuses root.
//
// With TRIBUTARY_TEST_POSTGRES=postgres://user:password@host/name the databases are
// made on that server instead; the user must be allowed to create databases.
package pgtest
