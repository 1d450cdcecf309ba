package fetch

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// dangerousPorts are ports from 1024 upwards on which something other than HTTP
// usually listens: those that browsers block (WHATWG Fetch, "port blocking") and
// databases, queues, remote desktops, container and cluster control. Sorted.
var dangerousPorts = []uint16{
	1433, 1434, 1521, 1719, 1720, 1723, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190,
	5060, 5061, 5432, 5433, 5672, 5900, 5901, 5984, 5985, 5986, 6000, 6379, 6380, 6443, 6566,
	6665, 6666, 6667, 6668, 6669, 6679, 6697, 7000, 7001, 8500, 9042, 9092, 9200, 9300,
	10080, 10250, 10255, 11211, 27017, 27018, 27019,
}

// guard decides which addresses may be dialled. The check runs in the dialer's
// Control, on the resolved address, for every connection.
type guard struct {
	allow   map[string]bool // host:port as dialled
	public  net.Dialer
	private net.Dialer // for pairs in allow

	judgePublic, judgePrivate func(network, address string, conn syscall.RawConn) error
}

// newGuard reads allow, exact host:port pairs. resolver may be nil.
func newGuard(allow []string, connect time.Duration, resolver *net.Resolver) (*guard, error) {
	g := &guard{allow: make(map[string]bool, len(allow))}
	for _, pair := range allow {
		host, port, err := net.SplitHostPort(strings.TrimSpace(pair))
		if err != nil {
			return nil, fmt.Errorf("read fetch.allow %q: want host:port: %w", pair, err)
		}
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return nil, fmt.Errorf("read fetch.allow %q: want a port from 1 to 65535", pair)
		}
		if ip, err := netip.ParseAddr(host); err == nil {
			host = ip.String()
		} else if host, err = asciiHost(host); err != nil || host == "" || strings.Contains(host, "*") {
			return nil, fmt.Errorf("read fetch.allow %q: want one exact host, no pattern and no network", pair)
		}
		g.allow[net.JoinHostPort(host, port)] = true
	}
	g.judgePublic = control(ssrf.New(ssrf.WithAnyPort()))
	g.judgePrivate = control(ssrf.New(
		ssrf.WithAnyPort(),
		ssrf.WithAllowedV4Prefixes(
			netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"),
			netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
			netip.MustParsePrefix("100.64.0.0/10")),
		ssrf.WithAllowedV6Prefixes(
			netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("fc00::/7")),
	))
	g.public = net.Dialer{Timeout: connect, Resolver: resolver, Control: g.judgePublic}
	g.private = net.Dialer{Timeout: connect, Resolver: resolver, Control: g.judgePrivate}
	return g, nil
}

func control(g *ssrf.Guardian) func(network, address string, conn syscall.RawConn) error {
	return func(network, address string, conn syscall.RawConn) error {
		if err := g.Safe(network, address, conn); err != nil {
			host, _, splitErr := net.SplitHostPort(address)
			if splitErr != nil {
				host = address
			}
			return refuse("the address %s is refused: it is not on the public internet "+
				"(a source on an intranet needs its host:port in fetch.allow)", host)
		}
		return nil
	}
}

// dial is the transport's only way to a connection; address is the URL's own
// host:port, before resolution.
func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if g.allow[address] {
		if host, _, err := net.SplitHostPort(address); err == nil {
			if _, err := netip.ParseAddr(host); err == nil {
				// The operator named this very address; there is nothing left to resolve.
				return (&net.Dialer{Timeout: g.private.Timeout}).DialContext(ctx, network, address)
			}
		}
		return g.private.DialContext(ctx, network, address)
	}
	if err := checkPort(address); err != nil {
		return nil, err
	}
	return g.public.DialContext(ctx, network, address)
}

func checkPort(address string) error {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return refuse("the address %.100q has no port", address)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return refuse("the port %.20q is not a number from 1 to 65535", port)
	}
	if n == 80 || n == 443 {
		return nil
	}
	if _, dangerous := slices.BinarySearch(dangerousPorts, uint16(n)); n < 1024 || dangerous {
		return refuse("port %d is refused: feeds are not served there", n)
	}
	return nil
}
