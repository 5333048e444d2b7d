package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// tree measures the compiled conditions alone, by the benchmark beside them, and a whole evaluation
// with its trace. The floor is the same fifteen comparisons written by hand.
func tree(ctx context.Context, b *bench) ([]line, error) {
	alone, allocs, err := benchmarkTree(ctx, b)
	if err != nil {
		return nil, err
	}
	program, facts, err := treeProgram()
	if err != nil {
		return nil, err
	}
	properties := facts.Event.Properties
	matched := true
	byHand := testing.Benchmark(func(tb *testing.B) {
		for tb.Loop() {
			matched = handWritten(properties) == 4 && matched
		}
	})
	whole := testing.Benchmark(func(tb *testing.B) {
		for tb.Loop() {
			matched = program.Evaluate(facts).Steps[0].Branches[4].Matched && matched
		}
	})
	if !matched {
		return nil, errors.New("the last branch did not match")
	}
	floor := time.Duration(byHand.NsPerOp())
	return []line{
		against("conditions", "≤ 1 µs", alone, floor),
		{what: "allocations", bar: "≤ 2", measured: strconv.Itoa(allocs), floor: strconv.FormatInt(byHand.AllocsPerOp(), 10)},
		against("a run of them, with its trace", "", time.Duration(whole.NsPerOp()), floor),
	}, nil
}

// benchmarkTree asks the package's own benchmark: nobody outside needs conditions without a workflow.
func benchmarkTree(ctx context.Context, b *bench) (each time.Duration, allocs int, err error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run=^$", "-bench=^BenchmarkConditionTree$", "-benchmem",
		"-benchtime="+b.size.benchTime, "signalbox/workflow")
	text, err := cmd.CombinedOutput()
	if err != nil {
		return 0, 0, fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, text)
	}
	found := regexp.MustCompile(`([\d.]+) ns/op\s+\d+ B/op\s+(\d+) allocs/op`).FindSubmatch(text)
	if found == nil {
		return 0, 0, fmt.Errorf("no figures in %q", text)
	}
	ns, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		return 0, 0, fmt.Errorf("read figure: %w", err)
	}
	allocs, err = strconv.Atoi(string(found[2]))
	return time.Duration(ns), allocs, err
}

func channels() []string { return []string{"slack", "email", "api", "sms", "widget"} }

func treeProgram() (*workflow.Program, workflow.Facts, error) {
	step := workflow.IfStep{}
	for _, channel := range channels() {
		step.Branches = append(step.Branches, workflow.Branch{When: workflow.Group{All: []workflow.Clause{
			{Condition: workflow.Condition{Left: "event.properties.ticket_number", Op: workflow.AtLeast, Value: int64(1)}},
			{Condition: workflow.Condition{Left: "event.properties.customer_email", Op: workflow.Contains, Value: "@bigcorp.com"}},
			{Condition: workflow.Condition{Left: "event.properties.channel_source", Op: workflow.Equals, Value: channel}},
		}}})
	}
	p, err := workflow.Compile(workflow.Workflow{ID: 1, Version: 1, Definition: workflow.Definition{
		Name:    "Tree",
		Trigger: workflow.Trigger{Events: []workflow.EventTrigger{{Event: desk.MessageReceived}}},
		Steps:   []workflow.Step{{ID: "tree", Type: workflow.If, If: &step}},
	}})
	return p, workflow.Facts{Event: workflow.Event{Event: desk.Event{
		Name: desk.MessageReceived,
		Properties: map[string]any{
			"customer_email": "joe@bigcorp.com", "channel_source": "widget", "ticket_number": int64(3),
		},
	}}}, err
}

// handWritten returns the first branch that matches, as Go that knows its types would find it.
func handWritten(p map[string]any) int {
	for i, channel := range channels() {
		number, _ := p["ticket_number"].(int64)
		email, _ := p["customer_email"].(string)
		from, _ := p["channel_source"].(string)
		if number >= 1 && strings.Contains(strings.ToLower(email), "@bigcorp.com") && strings.EqualFold(from, channel) {
			return i
		}
	}
	return -1
}
