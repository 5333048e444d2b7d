package workflow

import (
	"bytes"
)

// ParseFile reads a workflow file in any of its formats and tells them apart by what is in it: what begins with a
// brace is JSON, and PostHog's where it has actions and edges; everything else is YAML. m is for PostHog alone.
func ParseFile(data []byte, m Mapping) (Definition, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // some editors leave a byte order mark
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		return ParseYAML(data)
	}
	root, err := readTree(data)
	if err != nil {
		return Definition{}, err
	}
	if o, ok := root.(*fields); ok && o.has("actions") && o.has("edges") {
		return importPostHog(o, m)
	}
	return definitionOf(root)
}

func (f *fields) has(name string) bool {
	_, ok := f.values[name]
	return ok
}
