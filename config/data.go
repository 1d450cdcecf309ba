package config

import "embed"

// defaults is the bundled data: settings, offices, the catalogue of sources and
// channels, and the taxonomy.
//
//go:embed tributary.yaml offices.yaml sources/*.yaml channels/*.yaml taxonomy/*.yaml taxonomy/publishers/*.yaml taxonomy/topics.model
var defaults embed.FS
