package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// snippetPage is a page with the code that the settings show and nothing else of ours. Its browser is one of the robots
// that the SDK ignores, so it says that it is none.
const snippetPage = `<!DOCTYPE html><title>Site</title><link rel="icon" href="data:,">
<script>
	Object.defineProperty(navigator, "webdriver", { value: false });
	Object.defineProperty(navigator, "userAgent", { value: navigator.userAgent.replace("Headless", "") });
</script>
<script type="importmap">%s</script>
<script type="module">
%s
</script>`

var imported = regexp.MustCompile(`(?:from|import) '([^']+)'`)

// The code of the install page, to the letter, with the package as npm has it.
func TestTheShownCodeForTheSDKWorks(t *testing.T) {
	t.Parallel()
	dir, _ := newDesk(t)
	s := serve(t, dir)
	code := login(t, s.url, "ada@northwind.example").get("/settings/widget/install").Find("#sdk").Text()

	modules := map[string]string{}
	for _, found := range imported.FindAllStringSubmatch(code, -1) {
		modules[found[1]] = "/node_modules/" + fileOf(t, found[1])
	}
	if len(modules) != 2 {
		t.Fatalf("the code imports %v, want the SDK and its widget: %s", modules, code)
	}
	imports, err := json.Marshal(map[string]any{"imports": modules})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/node_modules/", http.StripPrefix("/node_modules/", http.FileServer(http.Dir("node_modules"))))
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, snippetPage, imports, code)
	})
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)

	p := newPerson(t, "Zoe")
	p.open(strings.Replace(site.URL, "127.0.0.1", "localhost", 1))
	p.click(widgetButton)
	p.says("The code works as it is shown.")
}

// fileOf finds what a bundler takes for an import of a package that names no exports: its module, or a file of it.
func fileOf(t *testing.T, name string) string {
	t.Helper()
	if strings.Contains(name, "/") {
		if _, err := os.Stat(path.Join("node_modules", name+".js")); err != nil {
			t.Fatalf("the package has no %s: %v", name, err)
		}
		return name + ".js"
	}
	text, err := os.ReadFile(path.Join("node_modules", name, "package.json"))
	if err != nil {
		t.Fatal(err)
	}
	var about struct {
		Module  string
		Exports any
	}
	if err := json.Unmarshal(text, &about); err != nil || about.Module == "" || about.Exports != nil {
		t.Fatalf("package.json of %s: %+v, %v", name, about, err)
	}
	return path.Join(name, about.Module)
}
