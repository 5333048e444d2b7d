// Command check runs everything that guards the main branch, in order, and says what failed.
// It changes no file of the tree and never passes over a test because a database or a browser is missing.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

const usage = `Usage: go run ./cmd/check [step ...]

Without names every step runs. The steps are:

`

// failed and misused are the exit codes of a run.
const (
	failed  = 1
	misused = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout)
	stop()
	os.Exit(code)
}

// run checks the steps named by args, all of them without a name, and returns the exit code.
func run(ctx context.Context, args []string, out io.Writer) int {
	root, err := moduleRoot(ctx)
	if err != nil {
		fmt.Fprintln(out, err)
		return misused
	}

	pg := &postgres{url: os.Getenv(postgresVariable)}
	all := steps(pg)
	chosen, err := choose(all, args)
	if err != nil {
		fmt.Fprintf(out, "%v\n\n%s%s", err, usage, list(all))
		return misused
	}

	sh := shell{dir: root, out: out}
	install(ctx, sh, chosen)
	code := runAll(ctx, sh, chosen)

	if err := pg.stop(); err != nil {
		fmt.Fprintln(out, err)
		return failed
	}
	return code
}

// moduleRoot finds the tree from any folder inside it.
func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}

	mod := strings.TrimSpace(string(out))
	if filepath.Base(mod) != "go.mod" {
		return "", fmt.Errorf("run this inside the module: no go.mod here or above")
	}
	return filepath.Dir(mod), nil
}

// choose returns the named steps in their own order, which puts the quick ones first.
func choose(all []step, names []string) ([]step, error) {
	if len(names) == 0 {
		return all, nil
	}

	for _, name := range names {
		if !slices.ContainsFunc(all, func(s step) bool { return s.name == name }) {
			return nil, fmt.Errorf("unknown step %q", name)
		}
	}

	var chosen []step
	for _, s := range all {
		if slices.Contains(names, s.name) {
			chosen = append(chosen, s)
		}
	}
	return chosen, nil
}

// list describes the steps, one a line.
func list(all []step) string {
	var b strings.Builder
	for _, s := range all {
		fmt.Fprintf(&b, "  %-16s%s\n", s.name, s.about)
	}
	return b.String()
}

// runAll runs every step, whatever failed before it, so that one run shows everything there is to mend.
func runAll(ctx context.Context, sh shell, chosen []step) int {
	var broken []string
	start := time.Now()

	for _, s := range chosen {
		if !runOne(ctx, sh, s) {
			broken = append(broken, s.name)
		}
	}

	took := time.Since(start).Round(time.Second)
	if len(broken) > 0 {
		fmt.Fprintf(sh.out, "\n%d of %d steps failed in %s: %s\n",
			len(broken), len(chosen), took, strings.Join(broken, ", "))
		return failed
	}

	fmt.Fprintf(sh.out, "\nall %d steps passed in %s\n", len(chosen), took)
	return 0
}

// runOne runs a step and prints its line. The output of a quiet step is shown only when it fails.
func runOne(ctx context.Context, sh shell, s step) bool {
	var kept bytes.Buffer
	start := time.Now()

	quiet := sh
	if s.live {
		fmt.Fprintf(sh.out, "----  %s: %s\n", s.name, s.about)
	} else {
		quiet.out = &kept
	}

	err := s.check(ctx, quiet)
	word := "ok"
	if err != nil {
		word = "FAIL"
	}
	fmt.Fprintf(sh.out, "%-4s  %-16s%.1fs\n", word, s.name, time.Since(start).Seconds())

	if err != nil {
		_, _ = kept.WriteTo(sh.out)
		fmt.Fprintf(sh.out, "      %s: %v\n", s.name, err)
	}
	return err == nil
}
