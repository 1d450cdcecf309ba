package config

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"tributary/feeds"
)

// Options says where a configuration comes from. The zero value gives the defaults.
type Options struct {
	// Path is the configuration file; empty for none.
	Path string
	// Environ is the environment as os.Environ gives it; nil for none.
	Environ []string
	// Overrides are values from flags by key path, such as fetch.per_host. They win
	// over everything else.
	Overrides map[string]string
	// CheckSchedule judges what a cron expression means in a zone. Its error is shown
	// as it is. Nil: only the form of expressions is judged.
	CheckSchedule func(expr, zone string) error
	// Sources, when not nil, take the place of the catalogue and of every source in
	// files: the demo world. They are checked and completed like the others.
	Sources []feeds.Source
	// Taxonomy, when not empty, is a file or directory whose countries.yaml, regions.yaml
	// and topics.yaml take the place of the bundled ones: to judge an edited taxonomy.
	Taxonomy string
}

// maxIncludes bounds the files that include may bring.
const maxIncludes = 1000

// bundledPrefix starts the name that a file of the bundled data has in problems.
const bundledPrefix = "bundled "

// loader is one run of Load.
type loader struct {
	options Options
	report  report
	decoder *decoder
	builtin fs.FS                             // the bundled data
	read    func(name string) ([]byte, error) // reads a file of the operator's
}

// Load reads the layers, one over the other: bundled defaults, the file at
// Options.Path, the environment, Options.Overrides. It changes nothing outside and
// depends on nothing but its options, the files they name and the system's zone
// database, so a running process may call it again and keep what it has when the
// answer is an error.
//
// The error is Problems: everything that is wrong, at once.
func Load(o Options) (*Config, error) {
	return newLoader(o).load()
}

func newLoader(o Options) *loader {
	l := &loader{options: o, builtin: defaults, read: readBounded}
	l.decoder = newDecoder(&l.report)
	l.decoder.secret, l.decoder.variable = l.secret, l.variable
	return l
}

func (l *loader) load() (*Config, error) {
	var doc document
	root := reflect.ValueOf(&doc).Elem()
	taxonomy, dutyStations := l.taxonomy()

	l.layer(root, l.bundled("tributary.yaml"))
	l.layer(root, l.file(l.options.Path))
	for _, n := range l.environment(l.options.Environ) {
		l.decoder.structure(root, n, "")
	}
	for _, n := range overrides(l.options.Overrides) {
		l.decoder.structure(root, n, "")
	}
	l.includes(doc.Include)
	ownOffices, ownSources, ownChannels := l.decoder.entries["offices"], l.decoder.entries["sources"], l.decoder.entries["channels"]

	j := newJudge(l, taxonomy)
	offices := j.offices([][]*node{l.bundledEntries("offices.yaml", "offices"), ownOffices})
	sources, access := j.sources([][]*node{l.catalogue(doc.Catalogue), ownSources})
	if l.options.Sources != nil {
		sources, access = j.given(l.options.Sources), nil
	}
	channels := j.channels([][]*node{l.bundledChannels(doc.Catalogue), ownChannels}, sources, doc.Publish.Farewell)
	j.topics(doc.Privacy.SensitiveTopics)
	j.names(doc.Labels.Names)
	j.desk(&doc.Desk)
	j.newsletters(&doc, sources)
	l.settings(&doc)
	if err := l.report.err(); err != nil {
		return nil, err
	}
	c := doc.Config
	c.Channels = channels
	c.Offices, c.Sources, c.Taxonomy, c.DutyStations, c.Access = offices, sources, taxonomy, dutyStations, access
	var err error
	if c.TopicModel, err = fs.ReadFile(l.builtin, "taxonomy/topics.model"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read topic model: %w", err)
	}
	return &c, nil
}

// layer lays one document over what is there.
func (l *loader) layer(root reflect.Value, n *node) {
	if n != nil {
		l.decoder.structure(root, n, "")
	}
}

// file reads a configuration file of the operator's; nil when there is none or it is
// empty or cannot be read.
func (l *loader) file(name string) *node {
	if name == "" {
		return nil
	}
	data, err := l.read(name)
	if err != nil {
		l.report.add(Problem{File: name, Message: "cannot be read: " + reason(err), Instead: "write the path of a readable file", Err: err})
		return nil
	}
	return parse(name, data, &l.report)
}

// bundled reads a file of the bundled data.
func (l *loader) bundled(name string) *node {
	shown := bundledPrefix + name
	data, err := fs.ReadFile(l.builtin, name)
	if err != nil {
		l.report.add(Problem{File: shown, Message: "cannot be read: " + reason(err), Err: err})
		return nil
	}
	return parse(shown, data, &l.report)
}

// listFile is a file of offices, sources and channels alone: one that include names, or one
// of the bundled catalogue.
type listFile struct {
	Offices  []officeEntry  `yaml:"offices" entry:"code"`
	Sources  []sourceEntry  `yaml:"sources" entry:"id"`
	Channels []channelEntry `yaml:"channels" entry:"slug"`
}

func (l *loader) bundledEntries(name, key string) []*node {
	d := newDecoder(&l.report)
	if n := l.bundled(name); n != nil {
		d.structure(reflect.ValueOf(&listFile{}).Elem(), n, "")
	}
	return d.entries[key]
}

// catalogue reads the bundled sources, HQ's first and then by office.
func (l *loader) catalogue(wanted bool) []*node {
	if !wanted {
		return nil
	}
	names, err := fs.Glob(l.builtin, "sources/*.yaml")
	if err != nil {
		l.report.add(Problem{File: "bundled sources", Message: "cannot be listed: " + reason(err), Err: err})
	}
	const first = "sources/hq.yaml"
	if i := slices.Index(names, first); i > 0 {
		names = slices.Insert(slices.Delete(names, i, i+1), 0, first)
	}
	var out []*node
	for _, name := range names {
		out = append(out, l.bundledEntries(name, "sources")...)
	}
	return out
}

// includes reads the files that include names, each once, in order of their names
// within a pattern.
func (l *loader) includes(patterns []string) {
	seen := map[string]bool{}
	if l.options.Path != "" {
		seen[filepath.Clean(l.options.Path)] = true
	}
	for i, pattern := range patterns {
		key := fmt.Sprintf("include[%d]", i)
		at := l.decoder.places[key]
		full := pattern
		if !filepath.IsAbs(full) {
			full = filepath.Join(l.directory(at), full)
		}
		names, err := filepath.Glob(full)
		if err != nil || len(names) == 0 {
			l.report.at(at, key, quote(pattern)+" matches no file", "write a path relative to "+l.directory(at)+", such as sources/*.yaml")
			continue
		}
		for _, name := range names {
			if name = filepath.Clean(name); seen[name] {
				continue
			}
			seen[name] = true
			if len(seen) > maxIncludes {
				l.report.at(at, key, fmt.Sprintf("brings more than %d files", maxIncludes), "put more sources in one file")
				return
			}
			if n := l.file(name); n != nil {
				l.decoder.structure(reflect.ValueOf(&listFile{}).Elem(), n, "")
			}
		}
	}
}

// directory is what a path written at a place is relative to.
func (l *loader) directory(at place) string {
	if l.options.Path != "" && at.file == l.options.Path {
		return filepath.Dir(l.options.Path)
	}
	return "."
}

// secret reads the file that a value names and gives its text in the value's place.
// The last line break is not part of it.
func (l *loader) secret(n *node, path string) (*node, bool) {
	if n.kind != scalar || n.isNull() || n.text == "" {
		l.report.at(n.place, path, "is "+n.what(), "write the path of a file")
		return nil, false
	}
	name := n.text
	if !filepath.IsAbs(name) {
		name = filepath.Join(l.directory(n.place), name)
	}
	data, err := l.read(name)
	if err != nil {
		l.report.add(Problem{
			File: n.file, Line: n.line, Column: n.column, Key: path,
			Message: fmt.Sprintf("%s cannot be read: %s", quote(name), reason(err)), Instead: "write the path of a readable file", Err: err,
		})
		return nil, false
	}
	return &node{place: n.place, raw: true, text: strings.TrimRight(string(data), "\r\n")}, true
}

// variable reads the environment variable that a value names, as secret does a file.
func (l *loader) variable(n *node, path string) (*node, bool) {
	if n.kind != scalar || n.isNull() || n.text == "" {
		l.report.at(n.place, path, "is "+n.what(), "write the name of an environment variable")
		return nil, false
	}
	for _, e := range l.options.Environ {
		if name, value, ok := strings.Cut(e, "="); ok && name == n.text && value != "" {
			return &node{place: n.place, raw: true, text: value}, true
		}
	}
	l.report.at(n.place, path, "the environment has no variable "+quote(n.text)+" with a value", "set it, or write the secret's file under "+strings.TrimSuffix(path, envSuffix)+fileSuffix)
	return nil, false
}

// authorities reads the certificates in fetch.ca_file.
func (l *loader) authorities(f *Fetch) {
	const key = "fetch.ca_file"
	if f.CAFile == "" {
		return
	}
	at := l.decoder.places[key]
	name := f.CAFile
	if !filepath.IsAbs(name) {
		name = filepath.Join(l.directory(at), name)
	}
	data, err := l.read(name)
	if err != nil {
		l.report.add(Problem{
			File: at.file, Line: at.line, Column: at.column, Key: key,
			Message: fmt.Sprintf("%s cannot be read: %s", quote(name), reason(err)), Instead: "write the path of a readable PEM file", Err: err,
		})
		return
	}
	if !x509.NewCertPool().AppendCertsFromPEM(data) {
		l.report.at(at, key, quote(name)+" holds no certificate", "write the path of a file with -----BEGIN CERTIFICATE----- in it")
		return
	}
	f.CAs = data
}

// readBounded reads a whole file up to maxFileBytes.
func readBounded(name string) (data []byte, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if info, err := f.Stat(); err != nil {
		return nil, err
	} else if info.IsDir() {
		return nil, errors.New("it is a directory")
	}
	data, err = io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err == nil && len(data) > maxFileBytes {
		err = fmt.Errorf("%w: more than %d bytes", feeds.ErrTooLarge, maxFileBytes)
	}
	return data, err
}

// reason is an error of the file system without the path, which is shown already.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// settings judges what several settings say together, and fills in what follows
// from others.
func (l *loader) settings(doc *document) {
	at := func(key string) place { return l.decoder.places[key] }
	// clash reports two settings at the one that somebody wrote.
	clash := func(key, other, message, instead string) {
		if strings.HasPrefix(at(key).file, bundledPrefix) {
			l.report.at(at(other), other, message, instead)
			return
		}
		l.report.at(at(key), key, message, instead)
	}
	if doc.Publish.Limit > doc.Publish.MaxLimit {
		clash("publish.limit", "publish.max_limit",
			fmt.Sprintf("publish.limit, %d, is more than publish.max_limit, %d", doc.Publish.Limit, doc.Publish.MaxLimit),
			"lower the one or raise the other")
	}
	if doc.Fetch.PerHost > doc.Fetch.Concurrency {
		clash("fetch.per_host", "fetch.concurrency",
			fmt.Sprintf("fetch.per_host, %d, is more than fetch.concurrency, %d", doc.Fetch.PerHost, doc.Fetch.Concurrency),
			"lower the one or raise the other")
	}
	if doc.WebSub.Enabled == "on" && doc.BaseURL == "" {
		clash("websub.enabled", "base_url", "websub.enabled is on and base_url is empty, so hubs have no address to call",
			"write the address at which hubs reach this installation as base_url")
	}
	doc.Hub.clashes(doc.BaseURL, clash)
	if doc.Jobs.RescueAfter <= doc.Fetch.Timeout {
		clash("jobs.rescue_after", "fetch.timeout",
			fmt.Sprintf("jobs.rescue_after, %s, is not longer than fetch.timeout, %s, so jobs would be given away while they run", doc.Jobs.RescueAfter, doc.Fetch.Timeout),
			"make jobs.rescue_after several times fetch.timeout")
	}
	if doc.Publish.Title["en"] == "" {
		l.report.at(at("publish.title"), "publish.title.en", "is empty", "write the English name of this installation")
	}
	l.authorities(&doc.Fetch)
	doc.BaseURL = strings.TrimRight(doc.BaseURL, "/")
	if doc.BaseURL == "" {
		doc.BaseURL = localURL(doc.Listen)
	}
}

// localURL is the address of a server on this machine, or empty when its port is
// known only once it listens.
func localURL(listen string) string {
	host, port, ok := splitHostPort(listen)
	if !ok || port == 0 {
		return ""
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, fmt.Sprint(port))
}
