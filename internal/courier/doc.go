// Package courier hands mails to an SMTP server, one recipient at a time, and says what
// became of each.
//
// It owns the connection, its encryption, the rate, the headers of mass mail (RFC 2919, 2369,
// 8058, 3834) and what an answer of the server means. It is the only importer of go-mail. It
// must not know newsletters, subscribers or the store, and it does not log: addresses stay
// out of its errors.
package courier
