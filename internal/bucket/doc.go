// Package bucket puts a static shelf into a bucket of an S3-compatible store.
//
// What is put is spooled to disk and uploaded by Finish, in an order in which nothing
// that readers see points to something missing: files that others point to, then feeds,
// their pages, and the lists last; only then is removed what is gone. Objects whose bytes
// are the same are not uploaded again: a manifest in the bucket knows their hashes, and
// which objects are ours. It is written before the first of them and again after the
// last, so that a run cut short is taken up by the next. Objects that it does not name
// are never touched.
//
// One writer at a time is the rule; of two, the second to finish finds that the manifest
// changed under it and fails, and the next run puts right what they did.
//
// It must not know what the files are made of, nor read the environment.
package bucket
