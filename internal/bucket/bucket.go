package bucket

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Options say which bucket, and who we are to it. Address, Key and Secret are required.
type Options struct {
	Address  string // s3://bucket/prefix
	Endpoint string // http(s)://host[:port]; https://s3.amazonaws.com when empty
	Region   string // us-east-1 when empty
	Key      string
	Secret   string
	Session  string // token of temporary keys; may be empty
	// Transport carries the requests; nil is the library's own.
	Transport http.RoundTripper
}

// Bucket is a place for a shelf, for one export.
type Bucket struct {
	client       *minio.Client
	name, prefix string
	spool        string               // directory of what waits
	ours         map[string]string    // name -> hash of its bytes and header, as the manifest has it
	etag         string               // of that manifest; "" for none
	strangers    map[string]bool      // objects that are there and not ours; nil until somebody asks
	waiting      map[string]uploading // by name
	placed       map[string]string    // name -> hash, of this run
}

type uploading struct {
	file   string
	size   int64
	header http.Header
}

type manifest struct {
	Comment string            `json:"comment"`
	Files   map[string]string `json:"files"`
}

const (
	manifestName = ".tributary-manifest.json"
	manifestMost = 64 << 20 // bytes
	objectsMost  = 1_000_000
	retries      = 4
	within       = 2 * time.Minute // one request, retries included
)

// Errors that a caller may want to tell apart.
var (
	// ErrForeign: somebody else's object stands where ours would be.
	ErrForeign = errors.New("an object that we did not write stands in the way")
	// ErrBusy: another export wrote to the bucket meanwhile.
	ErrBusy = errors.New("another export wrote to the bucket meanwhile; run it again")
)

// Is says whether a place's name is one of a bucket.
func Is(address string) bool { return strings.HasPrefix(address, "s3://") }

// Open reads what the bucket holds of ours. It fails when the bucket is not there or the
// keys are wrong, before anything is made.
func Open(ctx context.Context, o Options) (*Bucket, error) {
	b, err := open(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", o.Address, err)
	}
	return b, nil
}

func open(ctx context.Context, o Options) (*Bucket, error) {
	to, err := url.Parse(o.Address)
	if err != nil || to.Scheme != "s3" || to.Host == "" {
		return nil, errors.New("want s3://bucket or s3://bucket/prefix")
	}
	if o.Key == "" || o.Secret == "" {
		return nil, errors.New("no keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	endpoint, err := url.Parse(cmp.Or(o.Endpoint, "https://s3.amazonaws.com"))
	if err != nil || endpoint.Host == "" || endpoint.Scheme != "https" && endpoint.Scheme != "http" {
		return nil, fmt.Errorf("endpoint %q is no http address: set AWS_ENDPOINT_URL_S3", o.Endpoint)
	}
	client, err := minio.New(endpoint.Host, &minio.Options{Creds: credentials.NewStaticV4(o.Key, o.Secret, o.Session), Secure: endpoint.Scheme == "https",
		Region: cmp.Or(o.Region, "us-east-1"), Transport: o.Transport, MaxRetries: retries})
	if err != nil {
		return nil, err
	}
	b := &Bucket{client: client, name: to.Host, prefix: strings.Trim(to.Path, "/"), ours: map[string]string{}, waiting: map[string]uploading{}, placed: map[string]string{}}
	if b.prefix != "" {
		b.prefix += "/"
	}
	if err := b.readManifest(ctx); err != nil {
		return nil, err
	}
	if b.spool, err = os.MkdirTemp("", "tributary-shelf-"); err != nil {
		return nil, fmt.Errorf("make spool: %w", err)
	}
	return b, nil
}

// String is the bucket's address.
func (b *Bucket) String() string { return "s3://" + b.name + "/" + b.prefix }

func (b *Bucket) readManifest(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	object, err := b.client.GetObject(ctx, b.name, b.prefix+manifestName, minio.GetObjectOptions{})
	if err != nil {
		return fmt.Errorf("read manifest: %w", err)
	}
	defer func() { err = errors.Join(err, object.Close()) }()
	text, err := io.ReadAll(io.LimitReader(object, manifestMost))
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read manifest: %w", err)
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return fmt.Errorf("read manifest %s: %w", b.prefix+manifestName, err)
	}
	if m.Files != nil {
		b.ours = m.Files
	}
	about, err := object.Stat()
	b.etag = about.ETag
	return err
}

// Put takes a file. What the bucket has already is not kept twice.
func (b *Bucket) Put(ctx context.Context, name string, header http.Header, body []byte) error {
	if name == "" || name != path.Clean(name) || path.IsAbs(name) || strings.HasPrefix(name, "../") || name == ".." || name == "." || strings.HasPrefix(path.Base(name), ".tributary-") {
		return fmt.Errorf("place %q: not a name for a file of the shelf", name)
	}
	if _, twice := b.placed[name]; twice {
		return fmt.Errorf("place %q: twice in one export", name)
	}
	h := sha256.New()
	for _, key := range []string{"Content-Type", "Content-Encoding", "Cache-Control"} {
		_, _ = io.WriteString(h, header.Get(key)+"\n") // a hash takes everything
	}
	_, _ = h.Write(body)
	sum := hex.EncodeToString(h.Sum(nil))
	b.placed[name] = sum
	kept, mine := b.ours[name]
	if mine && kept == sum {
		return nil
	}
	if !mine {
		if err := b.listStrangers(ctx); err != nil {
			return err
		}
		if b.strangers[name] {
			return fmt.Errorf("place %q: %w", name, ErrForeign)
		}
	}
	file := filepath.Join(b.spool, strconv.Itoa(len(b.waiting)))
	if err := os.WriteFile(file, body, 0o600); err != nil {
		return fmt.Errorf("spool %q: %w", name, err)
	}
	b.waiting[name] = uploading{file: file, size: int64(len(body)), header: header}
	return nil
}

func (b *Bucket) listStrangers(ctx context.Context) error {
	if b.strangers != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 10*within)
	defer cancel()
	found := map[string]bool{}
	for object := range b.client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix, Recursive: true}) {
		if object.Err != nil {
			return fmt.Errorf("list objects: %w", object.Err)
		}
		name := strings.TrimPrefix(object.Key, b.prefix)
		if _, mine := b.ours[name]; !mine && name != manifestName {
			found[name] = true
		}
		if len(found) > objectsMost {
			return fmt.Errorf("list objects: more than %d that are not ours; publish to a prefix of its own", objectsMost)
		}
	}
	b.strangers = found
	return nil
}

// rank is the place of a file in the order of uploading.
func rank(name string) int {
	switch {
	case name == "index.html" || strings.HasPrefix(name, "feeds.opml"):
		return 3
	case strings.HasPrefix(name, "feeds/") && strings.Contains(path.Base(name), ".html"):
		return 2
	case strings.HasPrefix(name, "feeds/"):
		return 1
	}
	return 0
}

// Finish uploads what differs and removes what is gone.
func (b *Bucket) Finish(ctx context.Context) error {
	var gone []string
	for name := range b.ours {
		if _, there := b.placed[name]; !there {
			gone = append(gone, name)
		}
	}
	if len(b.waiting) == 0 && len(gone) == 0 {
		return nil
	}
	under := maps.Clone(b.ours)
	for name := range b.waiting {
		under[name] = "" // ours, in whichever state a crash leaves it
	}
	if err := b.writeManifest(ctx, under); err != nil {
		return err
	}
	names := slices.SortedFunc(maps.Keys(b.waiting), func(x, y string) int {
		return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(x, y))
	})
	for _, name := range names {
		if err := b.upload(ctx, name, b.waiting[name]); err != nil {
			return err
		}
	}
	slices.Sort(gone)
	for _, name := range gone {
		if err := b.remove(ctx, name); err != nil {
			return err
		}
	}
	return b.writeManifest(ctx, b.placed)
}

func (b *Bucket) upload(ctx context.Context, name string, u uploading) (err error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	f, err := os.Open(u.file)
	if err != nil {
		return fmt.Errorf("upload %q: %w", name, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = b.client.PutObject(ctx, b.name, b.prefix+name, f, u.size, minio.PutObjectOptions{ContentType: u.header.Get("Content-Type"),
		ContentEncoding: u.header.Get("Content-Encoding"), CacheControl: u.header.Get("Cache-Control"), DisableMultipart: true, DisableContentSha256: true, SendContentMd5: true})
	if err != nil {
		return fmt.Errorf("upload %q: %w", name, err)
	}
	return nil
}

func (b *Bucket) remove(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if err := b.client.RemoveObject(ctx, b.name, b.prefix+name, minio.RemoveObjectOptions{}); err != nil {
		return fmt.Errorf("remove %q: %w", name, err)
	}
	return nil
}

// writeManifest replaces the manifest that this run knows and no other.
func (b *Bucket) writeManifest(ctx context.Context, files map[string]string) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	about, err := b.client.StatObject(ctx, b.name, b.prefix+manifestName, minio.StatObjectOptions{})
	if err != nil && minio.ToErrorResponse(err).Code != minio.NoSuchKey {
		return fmt.Errorf("look at manifest: %w", err)
	}
	if about.ETag != b.etag {
		return fmt.Errorf("write manifest: %w", ErrBusy)
	}
	text, err := json.MarshalIndent(manifest{Files: files,
		Comment: "Objects that Tributary wrote and may replace or remove, with hashes. Other objects are left alone."}, "", " ")
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	info, err := b.client.PutObject(ctx, b.name, b.prefix+manifestName, bytes.NewReader(text), int64(len(text)),
		minio.PutObjectOptions{ContentType: "application/json", CacheControl: "no-store", DisableMultipart: true, DisableContentSha256: true, SendContentMd5: true})
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	b.etag = info.ETag
	return nil
}

// Close removes the spool; err is what went wrong before.
func (b *Bucket) Close(err error) error { return errors.Join(err, os.RemoveAll(b.spool)) }
