// Package migrations holds the schema of each engine as numbered files that only ever go forward.
// It refuses to run them: package store does, and compares both schemas in a test.
package migrations

import "embed"

// Files has one folder for each engine: sqlite and postgres, with equal file names.
//
//go:embed sqlite/*.sql postgres/*.sql
var Files embed.FS
