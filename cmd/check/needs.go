package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
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
func install(ctx context.Context, sh shell, chosen []step) {
	packages := missing(chosen)
	if len(packages) == 0 || os.Geteuid() != 0 || !inPath("apt-get")() {
		return
	}

	fmt.Fprintf(sh.out, "installing %s\n", strings.Join(packages, " "))
	sh.env = append(sh.env, "DEBIAN_FRONTEND=noninteractive")
	err := sh.run(ctx, "apt-get", "update", "-qq")
	if err == nil {
		err = sh.run(ctx, "apt-get", append([]string{"install", "-y", "-qq", "--no-install-recommends"}, packages...)...)
	}
	if err != nil {
		fmt.Fprintln(sh.out, err)
	}
}

// missing lists the packages to install, each once.
func missing(chosen []step) []string {
	var packages []string
	seen := map[string]bool{}
	for _, s := range chosen {
		for _, n := range s.needs {
			if !seen[n.what] && !n.present() {
				packages = append(packages, n.packages...)
			}
			seen[n.what] = true
		}
	}
	return packages
}
