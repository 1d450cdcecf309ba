package fetch

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/proxy"
)

// maxProxyHeader bounds what a proxy says before the tunnel is open.
const maxProxyHeader = 16 << 10

// proxyError is a failure of the operator's proxy. Its text is the whole sentence and
// names neither the proxy's password nor its user.
type proxyError struct {
	text string
	err  error
}

func (p *proxyError) Error() string { return p.text }
func (p *proxyError) Unwrap() error { return p.err }

// tunnel reaches addresses through a proxy: with CONNECT for every scheme, so that the
// proxy sees no more than host and port, or as SOCKS 5 does.
type tunnel struct {
	guard   *guard
	address string // of the proxy, host:port
	scheme  string // http, https or socks5
	user    *url.Userinfo
	tls     *tls.Config
	timeout time.Duration
}

// newTunnel reads the address of a proxy. Its errors do not repeat it: it may hold a
// password.
func newTunnel(raw string, g *guard, roots *tls.Config, timeout time.Duration) (*tunnel, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, errors.New("the proxy's address is not like http://user:password@proxy.example.org:3128")
	}
	port := u.Port()
	switch u.Scheme {
	case "http":
		orDefault(&port, "80")
	case "https":
		orDefault(&port, "443")
	case "socks5", "socks5h": // the proxy resolves in both: see the package comment
		u.Scheme = "socks5"
		orDefault(&port, "1080")
	default:
		return nil, errors.New("the proxy's address does not start with http://, https:// or socks5://")
	}
	t := &tunnel{guard: g, address: net.JoinHostPort(u.Hostname(), port), scheme: u.Scheme, user: u.User, timeout: timeout}
	if t.scheme == "https" {
		t.tls = roots.Clone()
		t.tls.ServerName, t.tls.NextProtos = u.Hostname(), []string{"http/1.1"}
	}
	return t, nil
}

// dial is the transport's only way to a connection, as guard.dial is without a proxy.
func (t *tunnel) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if err := t.guard.check(ctx, address); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	conn, err := t.open(ctx, network, address)
	if err != nil {
		var p *proxyError
		if errors.As(err, &p) {
			return nil, err
		}
		return nil, &proxyError{text: "the proxy that we fetch through cannot be used: " + plainCause(err), err: err}
	}
	return conn, nil
}

func (t *tunnel) open(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: t.timeout}
	if t.scheme == "socks5" {
		var auth *proxy.Auth
		if t.user != nil {
			password, _ := t.user.Password()
			auth = &proxy.Auth{User: t.user.Username(), Password: password}
		}
		socks, err := proxy.SOCKS5("tcp", t.address, auth, dialer)
		if err != nil {
			return nil, err
		}
		return socks.(proxy.ContextDialer).DialContext(ctx, network, address)
	}
	conn, err := dialer.DialContext(ctx, network, t.address)
	if err != nil {
		return nil, err
	}
	if t.tls != nil {
		conn = tls.Client(conn, t.tls)
	}
	stop := context.AfterFunc(ctx, func() {
		_ = conn.SetDeadline(time.Unix(1, 0)) // wakes what waits below; the cause is ctx's
	})
	conn, err = t.connect(conn, address)
	if !stop() && err == nil {
		err = errors.Join(ctx.Err(), conn.Close())
	}
	if err != nil && ctx.Err() != nil {
		err = fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// connect asks for the tunnel (RFC 9110, 9.3.6). It closes the connection on failure.
func (t *tunnel) connect(conn net.Conn, address string) (_ net.Conn, err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, conn.Close())
		}
	}()
	var request strings.Builder
	fmt.Fprintf(&request, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n", address, address)
	if t.user != nil {
		password, _ := t.user.Password()
		fmt.Fprintf(&request, "Proxy-Authorization: Basic %s\r\n",
			base64.StdEncoding.EncodeToString([]byte(t.user.Username()+":"+password)))
	}
	request.WriteString("\r\n")
	if _, err := io.WriteString(conn, request.String()); err != nil {
		return nil, err
	}
	// Nothing of the site's can come before we have spoken, so what the reader holds
	// back belongs to the proxy's answer.
	answer := bufio.NewReader(io.LimitReader(conn, maxProxyHeader))
	res, err := http.ReadResponse(answer, &http.Request{Method: http.MethodConnect})
	if err != nil {
		return nil, err
	}
	if err := res.Body.Close(); err != nil { // there is none after a 2xx to CONNECT
		return nil, err
	}
	if res.StatusCode/100 != 2 {
		text := fmt.Sprintf("the proxy that we fetch through answers %d %s", res.StatusCode, http.StatusText(res.StatusCode))
		switch res.StatusCode {
		case http.StatusProxyAuthRequired:
			text += ": it does not accept the user name and password in fetch.proxy"
		case http.StatusForbidden:
			text += ": it does not let us reach this host"
		}
		return nil, &proxyError{text: text}
	}
	if answer.Buffered() > 0 {
		return nil, &proxyError{text: "the proxy that we fetch through speaks before it is asked"}
	}
	return conn, nil
}

// plainCause is an error of the network without addresses.
func plainCause(err error) string {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		return "its name has no address"
	case isTimeout(err):
		return "it does not answer in time"
	case isTLS(err):
		return "no secure connection to it"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it hung up"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "it accepts no connections"
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return "it cannot be reached"
	}
	return "it does not open a way to the site"
}

// check applies the guard where somebody else will connect: what the address resolves
// to here must be allowed, all of it.
func (g *guard) check(ctx context.Context, address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return refuse("the address %.100q has no port", address)
	}
	judge := g.judgePublic
	if g.allow[address] {
		if _, err := netip.ParseAddr(host); err == nil {
			return nil // the operator named this very address
		}
		judge = g.judgePrivate
	} else if err := checkPort(address); err != nil {
		return err
	}
	resolver := g.public.Resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	found, err := resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return err
	}
	for _, ip := range found {
		network := "tcp4"
		if ip = ip.Unmap(); ip.Is6() {
			network = "tcp6"
		}
		if err := judge(network, net.JoinHostPort(ip.String(), port), nil); err != nil {
			return err
		}
	}
	return nil
}
