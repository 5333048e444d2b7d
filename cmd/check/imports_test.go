package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "signalbox"

// imports is the map of the program: who may import whom, from the module's root. A package that is not here
// does not exist, and an edge that is not here is a design decision to take first.
// The outer doors (handlers/...) can each be deleted, so none of them knows another.
func imports() map[string][]string {
	const (
		views   = "views views/ui views/email"
		carried = views + " web static store store/blob workflow workflow/desk"
		door    = carried + " workflow/job"
		program = door + " handlers handlers/api handlers/widget handlers/mail handlers/slack handlers/hook" +
			" store/demo workflow/gallery"
	)

	return fields(map[string]string{
		"cmd/signalbox":     program,
		"cmd/signalbox/e2e": program,
		"cmd/bench":         program + " store/storetest", // for many rows, and the floor
		"cmd/check":         "",

		"handlers":        carried + " workflow/gallery",
		"handlers/api":    door,
		"handlers/widget": door,
		"handlers/mail":   door,
		"handlers/slack":  door,
		"handlers/hook":   door,

		"views":       "views/ui static workflow workflow/desk",
		"views/email": "views/ui static workflow workflow/desk",
		"views/ui":    "static workflow/desk",

		"store":            "store/blob store/migrations workflow workflow/desk workflow/job",
		"store/demo":       "store workflow workflow/gallery workflow/desk workflow/job",
		"store/blob":       "",
		"store/migrations": "",
		"store/storetest":  "store store/migrations workflow workflow/desk workflow/job",

		"workflow":         "workflow/desk workflow/job",
		"workflow/gallery": "workflow workflow/desk",

		"web":           "",
		"static":        "",
		"workflow/desk": "",
		"workflow/job":  "",
	})
}

// testImports is what a package's tests may import beside imports and the package itself.
// Whoever stands above the store tests against the real one.
func testImports() map[string][]string {
	const withStore = "store store/storetest store/demo"

	return fields(map[string]string{
		"cmd/signalbox":     withStore,
		"cmd/signalbox/e2e": withStore,
		"cmd/bench":         withStore,

		"handlers":        withStore + " workflow/job",
		"handlers/api":    withStore + " workflow/gallery",
		"handlers/widget": withStore + " workflow/gallery",
		"handlers/mail":   withStore + " workflow/gallery",
		"handlers/slack":  withStore + " workflow/gallery",

		"store":            withStore + " workflow/gallery",
		"store/demo":       withStore,
		"store/migrations": withStore,
		"workflow":         "workflow/gallery",
		"workflow/gallery": withStore,
	})
}

func TestPackagesImportOnlyWhatTheMapAllows(t *testing.T) {
	allowed, extra := imports(), testImports()

	for _, p := range listPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		permitted, known := allowed[name]
		if !known {
			t.Errorf("package %s is not in the import map", name)
			continue
		}

		for _, edge := range ours(p.Imports) {
			if !slices.Contains(permitted, edge) {
				t.Errorf("%s must not import %s", name, edge)
			}
		}

		inTests := slices.Concat(permitted, extra[name], []string{name})
		for _, edge := range ours(slices.Concat(p.TestImports, p.XTestImports)) {
			if !slices.Contains(inTests, edge) {
				t.Errorf("the tests of %s must not import %s", name, edge)
			}
		}
	}
}

func TestTheRulesOfTicketsNeedOnlyTheStandardLibrary(t *testing.T) {
	for _, p := range listPackages(t) {
		if p.ImportPath != module+"/workflow/desk" {
			continue
		}
		for _, path := range p.Imports {
			if host, _, _ := strings.Cut(path, "/"); strings.Contains(host, ".") {
				t.Errorf("workflow/desk must not import %s", path)
			}
		}
	}
}

func TestTheImportMapNamesOnlyItsOwnPackages(t *testing.T) {
	allowed := imports()
	for _, edges := range []map[string][]string{allowed, testImports()} {
		for from, to := range edges {
			for _, name := range append(to, from) {
				if _, known := allowed[name]; !known && name != "store/storetest" {
					t.Errorf("the map mentions %s, which has no line of its own", name)
				}
			}
		}
	}
}

// goPackage is what this test needs of go list -json.
type goPackage struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = rootFolder(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}

	var list []goPackage
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var p goPackage
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatalf("read go list: %v", err)
		}
		list = append(list, p)
	}
}

// ours keeps the paths of this module, without its name.
func ours(paths []string) []string {
	var list []string
	for _, path := range paths {
		if name, ok := strings.CutPrefix(path, module+"/"); ok {
			list = append(list, name)
		}
	}
	return list
}

func fields(m map[string]string) map[string][]string {
	split := make(map[string][]string, len(m))
	for key, text := range m {
		split[key] = strings.Fields(text)
	}
	return split
}

func rootFolder(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return root
}
