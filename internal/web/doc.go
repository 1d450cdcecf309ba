// Package web is Tributary's public door: the pages that people read, the HTTP
// addresses that feed readers and newsletter tools hold on to, and the three
// addresses by which operators watch a process (/healthz, /readyz, /metrics).
//
// It owns the routes, what every answer has in common (security headers, limits,
// recovery, access log, counters), the templates, the style sheet and the
// catalogues of messages in English, French and Spanish. Everything is embedded;
// pages need no JavaScript, set no cookie and load nothing from elsewhere.
//
// It must not know SQL, decide which stories a channel holds, or write a feed:
// it asks the small interfaces of seam.go. Text of publishers is shown as text,
// never as markup, with its own language and direction.
package web
