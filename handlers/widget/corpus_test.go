package widget_test

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"
)

// attack is one request of an attacker.
type attack struct{ method, target, body string }

// corpus reads testdata/hostile.txt, which says how it is written.
func corpus(t testing.TB, names *strings.Replacer) []attack {
	t.Helper()
	file, err := os.Open("testdata/hostile.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	var all []attack
	for lines := bufio.NewScanner(file); lines.Scan(); {
		method, rest, found := strings.Cut(lines.Text(), " ")
		if !found || method == "#" {
			continue
		}
		target, rest := quoted(t, rest)
		var body strings.Builder
		for rest != "" {
			var part string
			part, rest = quoted(t, rest)
			body.WriteString(part)
		}
		all = append(all, attack{method, names.Replace(target), names.Replace(body.String())})
	}
	if len(all) < 90 {
		t.Fatalf("the corpus has %d requests: it was not read to its end", len(all))
	}
	return all
}

// quoted takes a text in quotes off a line, with how often it is repeated.
func quoted(t testing.TB, line string) (text, rest string) {
	t.Helper()
	prefix, err := strconv.QuotedPrefix(line)
	if err != nil {
		t.Fatalf("%.60s: %v", line, err)
	}
	if text, err = strconv.Unquote(prefix); err != nil {
		t.Fatalf("%s: %v", prefix, err)
	}
	rest = strings.TrimSpace(line[len(prefix):])
	if !strings.HasPrefix(rest, "*") {
		return text, rest
	}
	times, rest, _ := strings.Cut(rest[1:], " ")
	n, err := strconv.Atoi(times)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return strings.Repeat(text, n), strings.TrimSpace(rest)
}
