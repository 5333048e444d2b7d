// Command bench measures the figures that the program promises, each as a ratio to a floor of the same run.
// It refuses to judge: a figure beyond its bar is printed, not failed, since the machine may be busy with other things.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// longest bounds a whole run, filling a desk of a million tickets included.
const longest = 20 * time.Minute

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(out)
	quick := flags.Bool("quick", false, "small sizes, to see in seconds that everything runs; the figures mean little")
	profile := flags.String("cpuprofile", "", "write a CPU profile of what is measured to this `file`")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	chosen, err := choose(flags.Args())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()

	b := &bench{size: fullSize(), desks: map[int]*filled{}, profile: *profile}
	if *quick {
		b.size = quickSize()
	}
	if b.dir, err = os.MkdirTemp("", "signalbox-bench-"); err != nil {
		return fmt.Errorf("make folder for data: %w", err)
	}
	defer func() { err = errors.Join(err, b.close(), os.RemoveAll(b.dir)) }()

	fmt.Fprintf(out, "%s, %d CPUs. CPU µs and ratios bear a busy machine; times and rates do not.\n", runtime.Version(), runtime.NumCPU())
	for _, f := range chosen {
		lines, err := f.measure(ctx, b)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		if err := printTable(out, f, lines); err != nil {
			return err
		}
	}
	return nil
}

// figure is one thing that is measured; some yield several lines.
type figure struct {
	name, title string
	measure     func(context.Context, *bench) ([]line, error)
}

func figures() []figure {
	return []figure{
		{"tree", "Condition tree of 5 branches × 3 conditions", tree},
		{"evaluate", "A decision of the Full SLA workflow about a new ticket, with its trace", evaluate},
		{"inbox", "Inbox page: 50 rows, counts, gzip", inbox},
		{"ticket", "Ticket page: 30 messages, its list beside it, gzip", ticket},
		{"messages", "Customer message accepted, 10 workflows considered, 3 applied; SQLite, synchronous=FULL", messages},
		{"search", "Search: the first page of what is found, newest first; SQLite", search},
		{"backtest", "A month of events replayed through 10 workflows, one of them a draft beside its live version; SQLite", backtest},
		{"visitors", "Live pages of visitors on one process", visitors},
		{"program", "The built program: start, memory", program},
		{"processes", "Customer messages as above to one and to two programs on one PostgreSQL", processes},
	}
}

func choose(names []string) ([]figure, error) {
	all := figures()
	if len(names) == 0 {
		return all, nil
	}
	var chosen []figure
	for _, name := range names {
		i := slices.IndexFunc(all, func(f figure) bool { return f.name == name })
		if i < 0 {
			known := make([]string, len(all))
			for i, f := range all {
				known[i] = f.name
			}
			return nil, fmt.Errorf("there is no figure %q; there are %s", name, strings.Join(known, ", "))
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// profiled runs what is measured, and nothing that prepares it, under the profiler.
func (b *bench) profiled(measure func() error) (err error) {
	if b.profile == "" {
		return measure()
	}
	f, err := os.Create(b.profile)
	if err != nil {
		return fmt.Errorf("make profile: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := pprof.StartCPUProfile(f); err != nil {
		return fmt.Errorf("start profile: %w", err)
	}
	defer pprof.StopCPUProfile()
	return measure()
}
