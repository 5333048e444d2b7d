package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
)

// need is a program that a step cannot do without.
type need struct {
	what     string
	packages []string // of Debian
	present  func() bool
}

// needs lists what compiling, the tests on both databases, and the browser tests cannot do without.
func needs() (compile, data, page []need) {
	compile = []need{{"a C compiler", []string{"gcc", "libc6-dev"}, inPath("gcc")}}
	data = []need{{"PostgreSQL's server", []string{"postgresql"}, func() bool { return postgresFolder() != "" }}}
	page = []need{
		{"npm", []string{"npm"}, inPath("npm")},
		{"Chromium", []string{"chromium", "fonts-liberation"}, inPath("chromium")},
	}
	return compile, slices.Concat(compile, data), slices.Concat(compile, data, page)
}

func inPath(name string) func() bool {
	return func() bool {
		_, err := exec.LookPath(name)
		return err == nil
	}
}

// install adds what the chosen steps lack, where it may: on Debian, as root. Elsewhere the steps say what to do.
// Each need is installed by itself, so that a package at odds with this machine spoils only its own steps.
func install(ctx context.Context, sh shell, chosen []step) {
	lacking := missing(chosen)
	if len(lacking) == 0 || os.Geteuid() != 0 || !inPath("apt-get")() {
		return
	}

	sh.env = append(sh.env, "DEBIAN_FRONTEND=noninteractive")
	if err := sh.run(ctx, "apt-get", "update", "-qq"); err != nil {
		fmt.Fprintln(sh.out, err)
	}
	for _, n := range lacking {
		if err := n.install(ctx, sh); err != nil {
			fmt.Fprintln(sh.out, err)
		}
	}
}

// install prints what apt-get says only when it fails; on success that is hundreds of lines.
func (n need) install(ctx context.Context, sh shell) error {
	fmt.Fprintf(sh.out, "installing %s\n", n.what)
	var said bytes.Buffer
	sh.out = &said

	args := append([]string{"install", "-y", "-qq", "--no-install-recommends"}, n.packages...)
	if err := sh.run(ctx, "apt-get", args...); err != nil {
		return fmt.Errorf("%w\n%s", err, said.String())
	}
	return nil
}

// missing lists what the chosen steps need and this machine lacks, each once.
func missing(chosen []step) []need {
	var lacking []need
	seen := map[string]bool{}
	for _, s := range chosen {
		for _, n := range s.needs {
			if !seen[n.what] && !n.present() {
				lacking = append(lacking, n)
			}
			seen[n.what] = true
		}
	}
	return lacking
}
