package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"

	"signalbox/web"
	"signalbox/workflow/desk"
)

// console is how commands talk to whoever started them.
type console struct {
	Env
	json   bool
	parser *kong.Kong
}

// object prints v as one JSON object on one line.
func (c *console) object(v any) error {
	enc := json.NewEncoder(c.Stdout)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("print result: %w", err)
	}
	return nil
}

// say prints a line for people, or v for programs.
func (c *console) say(v any, format string, args ...any) error {
	if c.json {
		return c.object(v)
	}
	_, err := fmt.Fprintf(c.Stdout, format+"\n", args...)
	return err
}

// table prints rows, the first of which is the head, or v for programs.
func (c *console) table(v any, rows [][]string) error {
	if c.json {
		return c.object(v)
	}
	w := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	return w.Flush()
}

// maxInput bounds files that commands read; a workflow is a few kilobytes.
const maxInput = 1 << 20

// read returns a file's content, or that of standard input for "-".
func (c *console) read(name string) ([]byte, error) {
	from := c.Stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("read file: %w", err)
		}
		defer func() { _ = f.Close() }()
		from = f
	}
	data, err := io.ReadAll(io.LimitReader(from, maxInput+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(data) > maxInput {
		return nil, desk.Errorf(desk.TooLarge, "%s is larger than the 1 MB that is read here.", name)
	}
	return data, nil
}

// passwordHash reads a password from a file and hashes it. The line's end is not part of it.
func (c *console) passwordHash(ctx context.Context, file string) (string, error) {
	data, err := c.read(file)
	if err != nil {
		return "", err
	}
	password := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	return web.NewPasswords().Hash(ctx, password)
}
