package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// generated compares; it is templ itself that must not delete or write here.
func generated(ctx context.Context, sh shell) error {
	err := sh.run(ctx, "go", "tool", "templ", "generate", "-check", "-keep-orphaned-files", "-log-level=warn")
	if err != nil {
		return fmt.Errorf("run go tool templ generate in the top folder: %w", err)
	}
	return nil
}

// templatesFormatted gives templ each file on its standard input, because templ fmt rewrites what it is named.
func templatesFormatted(ctx context.Context, sh shell) error {
	text, err := sh.output(ctx, "git", "ls-files", "--cached", "--others", "--exclude-standard", "*.templ")
	if err != nil {
		return err
	}

	wrong := 0
	for name := range strings.FieldsSeq(text) {
		ok, err := templateFormatted(ctx, sh, filepath.Join(sh.dir, name))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if !ok {
			fmt.Fprintln(sh.out, name)
			wrong++
		}
	}

	if wrong > 0 {
		return errors.New("run go tool templ fmt on these files")
	}
	return nil
}

func templateFormatted(ctx context.Context, sh shell, path string) (bool, error) {
	have, err := os.ReadFile(path)
	if err != nil {
		return false, err
	}

	cmd := sh.command(ctx, "go", "tool", "templ", "fmt", "-log-level=warn")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(have), sh.out
	want, err := cmd.Output()
	if err != nil {
		return false, fmt.Errorf("format: %w", err)
	}
	return bytes.Equal(have, want), nil
}
