package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// stopGrace is how long a program has to end after an interrupt before it is killed.
const stopGrace = 10 * time.Second

// shell runs programs in one folder, with their output in one place.
type shell struct {
	dir    string
	env    []string // beside the environment of this process
	out    io.Writer
	asUser *syscall.Credential // nil: as ourselves
}

// run runs a program to its end. The error is the program's own, an *exec.ExitError when it said no.
func (sh shell) run(ctx context.Context, name string, args ...string) error {
	cmd := sh.command(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = sh.out, sh.out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(append([]string{name}, args...), " "), err)
	}
	return nil
}

// output runs a program and returns what it printed; its complaints go to sh.out.
func (sh shell) output(ctx context.Context, name string, args ...string) (string, error) {
	cmd := sh.command(ctx, name, args...)
	cmd.Stderr = sh.out
	text, err := cmd.Output()
	if err != nil {
		return string(text), fmt.Errorf("%s: %w", strings.Join(append([]string{name}, args...), " "), err)
	}
	return string(text), nil
}

// command asks the program to stop when ctx ends, so that go test and its children can clean up.
func (sh shell) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = sh.dir
	cmd.Env = append(os.Environ(), sh.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: sh.asUser}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopGrace
	return cmd
}
