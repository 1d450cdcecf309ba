// Package config turns configuration into values that the rest of the program can
// rely on: settings, offices, sources, saved channels and the taxonomy of countries,
// regions and topics. It holds the bundled defaults (tributary.yaml, offices.yaml,
// sources/, channels/, taxonomy/), embedded in the program.
//
// # Layers
//
// Load lays these over each other, the later winning:
//
//  1. the bundled defaults
//  2. the file at Options.Path and the files that its include names
//  3. the environment: TRIBUTARY_ and the key path, such as TRIBUTARY_FETCH_PER_HOST
//  4. Options.Overrides, from flags
//
// A setting replaces the one below it, lists included; tables such as publish.title
// add up. Offices, sources and channels add up by code, id and slug: an entry of the file changes
// the keys it gives of the bundled entry with the same id, or is a new one.
//
// # Strictness
//
// Nothing is guessed. An unknown key, a wrong type, a country that does not exist,
// a schedule that never fires: each is a Problem with file, line, column, key path,
// what is wrong and what to write instead, and Load reports all of them at once.
// Files are hostile until read: their size, depth and number of values (with
// aliases written out) are bounded.
//
// # Files
//
//	load.go      the layers, files and settings that depend on each other
//	tree.go      YAML to a bounded tree that knows where each value was written
//	decode.go    the tree into structs, strictly, by the tags of config.go
//	rules.go     the rules of single values
//	entries.go   offices and sources: laid over each other, checked, completed
//	channels.go  saved channels, the same way
//	taxonomy.go  countries, regions and topics
//	environ.go   environment variables and flags as trees
//	schema.go    the same tags as a JSON Schema for editors
//	changed.go   what differs between two configurations, for reloading
//
// The package must not fetch, log, keep state, know databases or parse cron
// expressions beyond their form (Options.CheckSchedule does). It reads files and
// changes nothing.
package config
