package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// line is a measured figure. Floor and ratio are empty where there is nothing to compare with.
type line struct {
	what, bar, measured, floor, ratio string
}

func printTable(out io.Writer, f figure, lines []line) error {
	fmt.Fprintf(out, "\n%s: %s\n", f.name, f.title)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\tbar\tmeasured\tfloor\tratio")
	for _, l := range lines {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", l.what, l.bar, l.measured, l.floor, l.ratio)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print table: %w", err)
	}
	return nil
}

// against is a line of two durations: how many times the floor it takes.
func against(what, bar string, measured, floor time.Duration) line {
	return line{what, bar, short(measured), short(floor), ratio(float64(measured), float64(floor))}
}

func ratio(a, b float64) string {
	if b == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", a/b)
}

func short(d time.Duration) string {
	switch {
	case d < 10*time.Microsecond:
		return fmt.Sprintf("%d ns", d.Nanoseconds())
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}

func rate(perSecond float64) string { return fmt.Sprintf("%.0f/s", perSecond) }

func megabytes(kB int) string { return fmt.Sprintf("%.1f MB", float64(kB)/1024) }
