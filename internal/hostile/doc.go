// Package hostile is a server that does everything wrong that a publisher's server
// can do: slow, endless, half, bombs, lies, redirects to where nobody may go. Each of
// its ways is a Case with an address; what a client did is in the server's log.
//
// It owns the cases and says what a good fetcher makes of each. It must not know the
// fetcher or anything else of the program, and only tests may import it.
package hostile
