// Package demo is a small invented world of publishers, served by the program
// itself over loopback HTTP, so that a newcomer sees the whole job in a minute
// without a network: IOM sites, partners and media in English, French, Spanish
// and Arabic, in RSS 2.0, RSS 1.0, Atom 1.0 and JSON Feed 1.1, with the copies,
// translations, corrections, withdrawals and traps that real sources bring.
//
// The package owns the texts (world/, one YAML file a region of the world, plus
// publishers, series and expectations) and writers of its own for the four
// formats. It must not use the project's own feed writers or readers: the demo is
// an independent producer, otherwise reading it would prove nothing. It must not
// know the store, the jobs or the web pages.
//
// # Time
//
// What a feed holds at time t is a pure function of the start time and t. Guids
// never change and dates are the start time plus or minus a fixed offset, so a
// process that is given the same start again goes on where the last one stopped.
// Give another start only together with an empty database, or every date moves.
// Validators follow the content: ETag is a hash of the body, Last-Modified the
// moment of the last appearance, correction or withdrawal.
//
// # Addresses
//
// Feeds are fetched from http://127.0.0.1:PORT/HOST/PATH, where HOST is the
// publisher's invented public name. Inside the feeds, links are what a real
// publisher would write: https://www.iom.example/news/... Names below .example
// are reserved (RFC 2606) and never resolve, which costs a click that leads
// nowhere; the alternative, loopback links, would give all publishers one host
// and a port that may differ at the next start, and with that neither the
// grouping by address nor stable links could be shown. To open a page all the
// same, World.PageURL maps a link to its loopback address, the front page at
// http://127.0.0.1:PORT/ lists everything, and the server answers as an HTTP proxy
// for its own hosts (curl -x 127.0.0.1:8099 http://www.iom.example/).
package demo
