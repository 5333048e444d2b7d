// Package static ships the files that browsers load, embedded and packed.
// It knows nothing of pages and never reads a disk.
package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
	"sync"
)

// Style sheets, scripts and sprites lie beside this file; the pattern avoids Go sources.
//
//go:embed *.[cjs]* vendor
var files embed.FS

const (
	prefix     = "/static/"
	hashDigits = 12
)

// table is built on first use and never changes.
var table = sync.OnceValue(load)

// Path is the address of an asset that changes whenever its content does:
// app.css is at /static/app.<hash>.css. An unknown name stays as it is and
// will answer 404.
func Path(name string) string {
	a, ok := table()[name]
	if !ok {
		return prefix + name
	}
	ext := path.Ext(name)
	return prefix + strings.TrimSuffix(name, ext) + "." + a.hash + ext
}

func load() map[string]*asset {
	assets := make(map[string]*asset)
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		assets[name] = newAsset(name, body)
		return nil
	})
	if err != nil {
		panic("static: embedded files cannot be read: " + err.Error()) // not with a file system in memory
	}
	assets["widget.js"] = newAsset("widget.js", joinWidget())
	return assets
}

func newAsset(name string, body []byte) *asset {
	sum := sha256.Sum256(body)
	return &asset{name: name, body: body, hash: hex.EncodeToString(sum[:])[:hashDigits]}
}

// find returns the asset behind a path below /static/, and whether the path
// names exactly this content. The hash of another release still finds the
// file: during a change of release a page may come from one process and its
// style sheet from the other.
func find(name string) (a *asset, exact bool) {
	assets := table()
	if a, ok := assets[name]; ok {
		return a, false
	}
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	dot := len(stem) - hashDigits - 1
	if dot < 0 || stem[dot] != '.' || !isHex(stem[dot+1:]) {
		return nil, false
	}
	a, ok := assets[stem[:dot]+ext]
	if !ok {
		return nil, false
	}
	return a, stem[dot+1:] == a.hash
}

func isHex(s string) bool {
	return strings.Trim(s, "0123456789abcdef") == ""
}
