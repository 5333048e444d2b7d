package views

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// caller is how a snippet becomes a program that signs its argument, and what runs it.
type caller struct {
	file          string
	before, after string
	run           []string
}

func callers() map[string]caller {
	return map[string]caller{
		"node":   {"sign.cjs", "", "\nconsole.log(identityHash(process.argv[2]));\n", []string{"node"}},
		"python": {"sign.py", "", "\nimport sys\nprint(identity_hash(sys.argv[1]))\n", []string{"python3"}},
		"ruby":   {"sign.rb", "", "\nputs identity_hash(ARGV[0])\n", []string{"ruby"}},
		"php":    {"sign.php", "", "\necho identity_hash($argv[1]);\n", []string{"php"}},
		"go":     {"sign.go", "package main\n\n", "\nfunc main() { println(identityHash(os.Args[1])) }\n", []string{"go", "run"}},
		"java":   {"Sign.java", "", "", []string{"java", "-XX:TieredStopAtLevel=1"}},
	}
}

// The text of each snippet is run where its language is on this machine; some always are.
func TestSnippetsSignAsTheDeskChecks(t *testing.T) {
	const secret, person = "5f0c1b", "user-42 ü"
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(person))
	want := hex.EncodeToString(mac.Sum(nil))

	ran := 0
	for _, s := range SigningSnippets() {
		c, known := callers()[s.ID]
		if !known {
			t.Errorf("nobody runs the snippet %s", s.ID)
			continue
		}
		if _, err := exec.LookPath(c.run[0]); err != nil {
			continue
		}
		ran++
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			if got := c.sign(t, s.Code, secret, person); got != want {
				t.Errorf("it signs %s, want %s", got, want)
			}
		})
	}
	if ran == 0 {
		t.Error("no snippet could be run, not even Go's")
	}
}

func (c caller) sign(t *testing.T, code, secret, person string) string {
	t.Helper()
	text := c.before + code + c.after
	if c.file == "Sign.java" { // the imports stand first, the class with main is the first one
		text = strings.Replace(code, "final class Identity", `final class Sign {
    public static void main(String[] args) throws Exception { System.out.println(Identity.hash(args[0])); }
}

final class Identity`, 1)
	}
	file := filepath.Join(t.TempDir(), c.file)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	args := append(append([]string{}, c.run[1:]...), file, person)
	cmd := exec.CommandContext(t.Context(), c.run[0], args...)
	cmd.Env = append(os.Environ(), secretVariable+"="+secret, "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput() // Go's println writes to the error stream
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
	return strings.TrimSpace(string(out))
}
