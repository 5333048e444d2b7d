package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// browserFolder holds the tests that drive a real browser, and what npm gives them.
const browserFolder = "./cmd/signalbox/e2e"

// testLimit is for one package; the kill -9 and browser tests are the long ones.
const testLimit = "-timeout=15m"

// step is one check. It prints its findings to the shell and returns an error when there are any.
type step struct {
	name  string
	about string
	live  bool // prints while it runs: CI reads the lines of go test
	needs []need
	run   func(context.Context, shell) error
}

// check refuses to run on a machine that lacks something, with the name of the package to install.
func (s step) check(ctx context.Context, sh shell) error {
	for _, n := range s.needs {
		if !n.present() {
			return fmt.Errorf("%s is missing (Debian: apt-get install %s)", n.what, strings.Join(n.packages, " "))
		}
	}
	return s.run(ctx, sh)
}

// steps lists the checks, quick ones first.
func steps(pg *postgres) []step {
	compile, data, page := needs()

	return []step{
		{name: "modules", about: "go.mod and go.sum are tidy", run: program("go", "mod", "tidy", "-diff")},
		{name: "generate", about: "the Go code of every template is up to date", run: generated},
		{name: "templates", about: "templates are formatted", run: templatesFormatted},
		{name: "format", about: "Go code is formatted", run: program(tool("golangci-lint", "fmt", "--diff")...)},
		{name: "vet", about: "go vet", needs: compile, run: program("go", "vet", "./...")},
		{name: "fix", about: "go fix has nothing to modernise", needs: compile, run: program("go", "fix", "-diff", "./...")},
		{name: "lint", about: "golangci-lint", needs: compile, run: program(tool("golangci-lint", "run", "./...")...)},
		{name: "deadcode", about: "no function is out of reach", needs: compile, run: noDeadCode},
		{name: "vulnerabilities", about: "no known hole is reached", live: true, needs: compile, run: noKnownHole},
		{name: "test", about: "tests on SQLite and PostgreSQL", live: true, needs: data, run: pg.around(unitTests)},
		{name: "race", about: "the concurrent parts under the race detector", live: true, needs: data, run: pg.around(raceTests)},
		{name: "browser", about: "tests in Chromium", live: true, needs: page, run: pg.around(browserTests)},
	}
}

// program is a step that is one program's verdict.
func program(line ...string) func(context.Context, shell) error {
	return func(ctx context.Context, sh shell) error { return sh.run(ctx, line[0], line[1:]...) }
}

// tool names one of the pinned tools; go builds it once and keeps it in its cache.
func tool(line ...string) []string {
	return append([]string{"go", "tool", "-modfile=cmd/check/tools.mod"}, line...)
}

// noDeadCode counts tests as callers: what only tests use lives in store/storetest, which has no other.
func noDeadCode(ctx context.Context, sh shell) error {
	line := tool("deadcode", "-test", "./...")
	found, err := sh.output(ctx, line[0], line[1:]...)
	if err != nil {
		return err
	}
	if found != "" {
		fmt.Fprint(sh.out, found)
		return errors.New("delete these functions or use them")
	}
	return nil
}

// noKnownHole fails only for a vulnerability that the code reaches. The database of them is on the network,
// and a machine without it must still be able to run everything else.
func noKnownHole(ctx context.Context, sh shell) error {
	const found = 3                                        // govulncheck's exit code for it
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute) // a network that swallows packets is no network
	defer cancel()

	line := tool("govulncheck", "./...")
	err := sh.run(ctx, line[0], line[1:]...)

	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &exit) && exit.ExitCode() == found:
		return err
	default:
		fmt.Fprintln(sh.out, "NOT CHECKED for known vulnerabilities: govulncheck could not run here, see above")
		return nil
	}
}

// unitTests are all but the browser's. Shuffled, because a test that needs its neighbour proves nothing.
func unitTests(ctx context.Context, sh shell) error {
	text, err := sh.output(ctx, "go", "list", "./...")
	if err != nil {
		return err
	}

	args := []string{"test", "-count=1", "-shuffle=on", testLimit}
	for path := range strings.FieldsSeq(text) {
		if !strings.HasSuffix(path, strings.TrimPrefix(browserFolder, ".")) {
			args = append(args, path)
		}
	}
	return quietly(sh.run(ctx, "go", args...))
}

// raceTests cover the packages with goroutines of their own; under -race the others only cost time.
func raceTests(ctx context.Context, sh shell) error {
	return quietly(sh.run(ctx, "go", "test", "-race", "-count=1", testLimit,
		"./web/...", "./workflow/...", "./store/..."))
}

// browserTests first lay out the packages of the lock file; npm ci installs exactly those.
func browserTests(ctx context.Context, sh shell) error {
	npm := sh
	npm.dir = filepath.Join(sh.dir, browserFolder)
	if err := npm.run(ctx, "npm", "ci", "--loglevel=error"); err != nil {
		return err
	}
	return quietly(sh.run(ctx, "go", "test", "-count=1", testLimit, browserFolder))
}

// quietly shortens the error of go test, which has said everything itself and was given many names.
func quietly(err error) error {
	if err != nil {
		return errors.New("see the failures above")
	}
	return nil
}
