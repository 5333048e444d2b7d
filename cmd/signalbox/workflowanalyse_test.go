package main

import (
	"os"
	"strings"
	"testing"
)

const openFile = `{"name":"Open","trigger":{"events":["$conversation_message_sent"]},
	"steps":[{"id":"open","type":"update_ticket","ticket_id":"{event.properties.ticket_id}","status":"open"}]}`

const pendingFile = `{"name":"Pending","trigger":{"events":["$conversation_message_sent"]},
	"steps":[{"id":"pending","type":"update_ticket","ticket_id":"{event.properties.ticket_id}","status":"pending"},
		{"id":"end","type":"stop"}, {"id":"late","type":"stop"}]}`

func TestAnalyseNeedsNoDesk(t *testing.T) {
	sh := newShell(t)
	file, fine := sh.file("pending.json", pendingFile), sh.file("open.json", openFile)
	want := file + ": step late: proved: This step is never reached: every path before it ends with Stop. Move it up or remove it.\n"
	if out := sh.ok("workflow", "analyse", fine, file); out != want {
		t.Errorf("analyse printed %q, want %q", out, want)
	}
	if _, err := os.Stat(sh.data); err == nil {
		t.Error("analyse made a data folder")
	}

	files := sh.object("workflow", "analyse", fine, file, "--json").list("files")
	if len(files) != 2 {
		t.Fatalf("files = %v, want two", files)
	}
	first, second := objectOf(t, files[0]), objectOf(t, files[1])
	if first["file"] != fine || len(first.list("findings")) != 0 || len(second.list("findings")) != 1 {
		t.Fatalf("analyse --json = %v", files)
	}
	finding := objectOf(t, second.list("findings")[0])
	if finding["certainty"] != "proved" || finding["kind"] != "unreachable" || finding["step"] != "late" {
		t.Errorf("finding = %v", finding)
	}
}

func TestAnalyseLooksAtWhatTheTeamHasPublished(t *testing.T) {
	sh := readyShell(t)
	open, pending := sh.file("open.json", openFile), sh.file("pending.json", pendingFile)
	sh.ok("workflow", "apply", pending)
	if out := sh.ok("workflow", "analyse", open); out != "" {
		t.Errorf("a draft counts: %q", out)
	}
	sh.ok("workflow", "apply", "--publish", pending)
	if out := sh.ok("workflow", "analyse", open); !strings.Contains(out, `step open: proved: The workflow "Pending" makes the status pending for the same event but runs earlier, so this step wins.`) {
		t.Errorf("analyse printed %q", out)
	}
	sh.ok("workflow", "apply", "--publish", open)
	if out := sh.ok("workflow", "analyse", pending); !strings.Contains(out, `The workflow "Open" makes the status open for the same event and runs later, so it wins.`) || strings.Contains(out, `"Pending"`) {
		t.Errorf("analyse printed %q", out)
	}
}

func TestAnalyseRefusesWhatItCannotRead(t *testing.T) {
	sh := newShell(t)
	if r := sh.run("workflow", "analyse", sh.file("broken.json", `{"stepz":[]}`)); r.code != exitRefused || !strings.Contains(r.errors, `"stepz"`) {
		t.Errorf("analyse of a broken file = %+v", r)
	}
}
