package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// program starts what go build makes, on the large desk, and looks at it from outside.
func program(ctx context.Context, b *bench) (_ []line, err error) {
	d, err := b.desk(ctx, b.size.large)
	if err != nil {
		return nil, err
	}
	binary, err := b.build(ctx)
	if err != nil {
		return nil, err
	}
	floor, err := startOf(ctx, binary, filepath.Join(b.dir, "empty"))
	if err != nil {
		return nil, err
	}
	if err := floor.stop(); err != nil {
		return nil, err
	}
	var best *child
	for range rounds {
		c, err := startOf(ctx, binary, d.config.Dir)
		if err != nil {
			return nil, err
		}
		if best == nil || c.took < best.took {
			best = c
		}
		if err := c.stop(); err != nil {
			return nil, err
		}
	}

	c, err := startOf(ctx, binary, d.config.Dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	idle, err := c.memory("VmRSS")
	if err != nil {
		return nil, err
	}
	if err := c.visit(ctx, b, d); err != nil {
		return nil, err
	}
	busy, err := c.memory("VmHWM")
	if err != nil {
		return nil, err
	}
	return []line{
		against("start to /readyz, "+count(b.size.large)+" tickets, ÷ making an empty desk", "≤ 300 ms", best.took, floor.took),
		{what: "memory when idle", bar: "≤ 45 MB", measured: megabytes(idle)},
		{what: "most memory, 32 agents at once for a while", bar: "≤ 150 MB", measured: megabytes(busy)},
	}, nil
}

// build makes the program; that it is made already costs Go little.
func (b *bench) build(ctx context.Context) (string, error) {
	binary := filepath.Join(b.dir, "signalbox")
	text, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "signalbox/cmd/signalbox").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, text)
	}
	return binary, nil
}

// child is a running signalbox.
type child struct {
	*exec.Cmd

	url  string
	took time.Duration // from the start of its process to a yes of /readyz
	log  *bytes.Buffer
}

// startOf starts the program on a data folder.
func startOf(ctx context.Context, binary, dir string, flags ...string) (*child, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	c := &child{url: "http://" + address, log: &bytes.Buffer{}}
	c.Cmd = exec.CommandContext(ctx, binary, append([]string{"serve", "--data", dir, "--addr", address}, flags...)...)
	c.Stderr = c.log
	started := time.Now()
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("start the program: %w", err)
	}
	within, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	err = until(within, time.Millisecond, func() (bool, error) { return c.ready(within), nil })
	c.took = time.Since(started)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("wait for the program: %w\n%s", err, c.log), c.stop())
	}
	return c, nil
}

func freeAddress(ctx context.Context) (string, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return ln.Addr().String(), ln.Close()
}

func (c *child) ready(ctx context.Context) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+"/readyz", nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

func (c *child) stop() error {
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop the program: %w", err)
	}
	if err := c.Wait(); err != nil {
		return fmt.Errorf("the program ended: %w\n%s", err, c.log)
	}
	return nil
}

// memory reads a line of the process's status, in kB.
func (c *child) memory(name string) (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("read memory of the program: %w", err)
	}
	for text := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(text, name+":"); ok {
			return strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
		}
	}
	return 0, fmt.Errorf("the program has no %s", name)
}

// visit loads the program with agents who walk through lists and tickets.
func (c *child) visit(ctx context.Context, b *bench, d *filled) error {
	const agents = 32
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: agents, DisableCompression: true}}
	defer client.CloseIdleConnections()
	_, _, err := load(ctx, agents, 10*b.size.calls+agents, func(agent, call int) error {
		paths := []string{
			inboxPath, "/tickets?view=all", "/tickets?view=mine&sort=sla",
			"/tickets/" + strconv.Itoa(1+(agent*7919+call*104_729)%b.size.large),
		}
		r, err := page{path: paths[(agent+call)%len(paths)], cookie: d.cookie}.request(ctx, c.url)
		if err != nil {
			return err
		}
		return fetch(client, r)
	})
	return err
}
