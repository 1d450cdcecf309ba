package config

import "embed"

// defaults is the bundled data: settings, offices, the catalogue of sources and the
// taxonomy.
//
//go:embed tributary.yaml offices.yaml sources/*.yaml taxonomy/*.yaml taxonomy/topics.model
var defaults embed.FS
