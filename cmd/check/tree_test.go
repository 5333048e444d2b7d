package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The sizes that keep a file on a few screens and a function on one.
const (
	maxFileLines     = 400
	maxFunctionLines = 70
)

func TestTheTopFolderHoldsOnlyTheAgreedNames(t *testing.T) {
	agreed := strings.Fields("cmd web views static handlers store workflow go.mod go.sum README.md LICENSE")

	for _, path := range trackedFiles(t) {
		top, _, _ := strings.Cut(path, "/")
		if !strings.HasPrefix(top, ".") && !slices.Contains(agreed, top) {
			t.Errorf("%s: the top folder has no place for %s", path, top)
		}
	}
}

func TestEveryGeneratedFileHasItsTemplate(t *testing.T) {
	for _, path := range trackedFiles(t) {
		source, generated := strings.CutSuffix(path, "_templ.go")
		if !generated {
			continue
		}
		if _, err := os.Stat(filepath.Join(rootFolder(t), source+".templ")); err != nil {
			t.Errorf("%s: its template is gone, delete it: %v", path, err)
		}
	}
}

func TestFilesAndFunctionsStaySmall(t *testing.T) {
	eachGoFile(t, func(path string, src []byte, file *ast.File, at *token.FileSet) {
		if lines := bytes.Count(src, []byte("\n")); lines > maxFileLines {
			t.Errorf("%s has %d lines, want at most %d", path, lines, maxFileLines)
		}
		if strings.HasSuffix(path, "_test.go") {
			return
		}

		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if lines := at.Position(f.End()).Line - at.Position(f.Pos()).Line + 1; lines > maxFunctionLines {
				t.Errorf("%s: %s has %d lines, want at most %d", path, f.Name.Name, lines, maxFunctionLines)
			}
		}
	})
}

func TestNothingRunsBeforeMain(t *testing.T) {
	eachGoFile(t, func(path string, _ []byte, file *ast.File, _ *token.FileSet) {
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init function", path)
			}
		}
	})
}

// eachGoFile parses the Go files that people write.
func eachGoFile(t *testing.T, visit func(path string, src []byte, file *ast.File, at *token.FileSet)) {
	t.Helper()
	seen := 0
	for _, path := range trackedFiles(t) {
		if !strings.HasSuffix(path, ".go") {
			continue
		}

		src, err := os.ReadFile(filepath.Join(rootFolder(t), path))
		if err != nil {
			t.Fatal(err)
		}
		at := token.NewFileSet()
		file, err := parser.ParseFile(at, path, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Errorf("parse: %v", err)
			continue
		}
		if !ast.IsGenerated(file) {
			visit(path, src, file, at)
			seen++
		}
	}
	if seen == 0 {
		t.Fatal("found no Go file to look at")
	}
}

// trackedFiles lists what git holds and what it is about to hold, so that a new file is judged before its commit.
func trackedFiles(t *testing.T) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = rootFolder(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}

	var files []string
	for path := range strings.SplitSeq(strings.Trim(string(out), "\x00"), "\x00") {
		if _, err := os.Stat(filepath.Join(cmd.Dir, path)); err == nil { // not just deleted
			files = append(files, path)
		}
	}
	return files
}
