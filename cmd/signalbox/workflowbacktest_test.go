package main

import (
	"strings"
	"testing"
)

func TestBacktestSaysWhatAFileWouldHaveDoneAndChangesNothing(t *testing.T) {
	sh := newShell(t)
	sh.ok("demo")
	file := sh.file("mark.json", `{"name":"Mark","trigger":{"events":["$conversation_ticket_created"]},"steps":[
		{"id":"who","type":"if","branches":[{"name":"Mail","when":{"all":[{"left":"event.properties.channel_source","op":"equals","value":"email"}]},
			"steps":[{"id":"high","type":"update_ticket","ticket_id":"{event.properties.ticket_id}","priority":"high"}]}],
			"else":[{"id":"tag","type":"update_ticket","ticket_id":"{event.properties.ticket_id}","tags":["tried"],"tags_mode":"add"}]}]}`)
	before := sh.ok("workflow", "list")

	got := sh.object("workflow", "backtest", file, "--days", "90", "--json")
	branches := got.list("branches")
	if len(branches) != 3 || got["events"] == 0.0 || got["runs"] == 0.0 || got["differs"] != 0.0 {
		t.Fatalf("backtest --json = %v", got)
	}
	taken := 0.0
	for _, b := range branches[1:] {
		path, _ := b.(map[string]any)
		runs, _ := path["runs"].(float64)
		taken += runs
	}
	if taken != got["runs"] {
		t.Errorf("the two paths were taken %v times in %v runs", taken, got["runs"])
	}
	out := sh.ok("workflow", "backtest", file, "--days", "90")
	for _, want := range []string{"tickets touched.", "who, Mail", "who, else", "main path"} {
		if !strings.Contains(out, want) {
			t.Errorf("backtest printed %q, want %q in it", out, want)
		}
	}
	if after := sh.ok("workflow", "list"); after != before {
		t.Errorf("afterwards the workflows are %q, want %q", after, before)
	}
}

func TestBacktestRefusesWhatCannotRun(t *testing.T) {
	sh := readyShell(t)
	file := sh.file("bad.json", `{"name":"Bad","trigger":{"events":["$conversation_ticket_created"]},"steps":[{"id":"u","type":"update_ticket"}]}`)
	if r := sh.run("workflow", "backtest", file); r.code == 0 || !strings.Contains(r.errors, "ticket_id") {
		t.Errorf("got %+v, want the problem of the step", r)
	}
	fine := sh.file("fine.json", openFile)
	if r := sh.run("workflow", "backtest", fine, "--days", "0"); r.code == 0 || !strings.Contains(r.errors, "1 to 365 days") {
		t.Errorf("got %+v, want the days refused", r)
	}
}
