package desk

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestAFileNameIsOneVisibleLineWithoutFolders(t *testing.T) {
	for give, want := range map[string]string{
		"report.pdf":                           "report.pdf",
		"../../etc/passwd":                     "passwd",
		`C:\Users\ann\Holiday photo.JPG`:       "Holiday photo.JPG",
		"..":                                   "file",
		"":                                     "file",
		"/":                                    "file",
		".htaccess":                            "htaccess",
		"two\r\nlines\t.txt":                   "two lines .txt",
		"gpj.\u202etxt.exe":                    "gpj.txt.exe",
		"a\u2066b\u200b\x00c.png":              "abc.png",
		"bad\xff.png":                          "bad.png",
		"Größe 日本語.txt":                        "Größe 日本語.txt",
		strings.Repeat("x", 300) + ".tar":      strings.Repeat("x", 116) + ".tar",
		strings.Repeat("é", 300):               strings.Repeat("é", 120),
		"a." + strings.Repeat("y", 300):        "a." + strings.Repeat("y", 118),
		strings.Repeat("z", 115) + ". . .tiff": strings.Repeat("z", 115) + ".tiff",
	} {
		if got := CleanFileName(give); got != want {
			t.Errorf("CleanFileName(%q) = %q, want %q", give, got, want)
		}
	}
}

func FuzzCleanFileName(f *testing.F) {
	for _, seed := range []string{"a/b", "..", "\u202e", "\xff", strings.Repeat("a.", 99), ". ."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := CleanFileName(name)
		switch {
		case got == "", got == ".", got == "..", strings.ContainsAny(got, `/\`), !utf8.ValidString(got),
			utf8.RuneCountInString(got) > MaxFileName, strings.ContainsFunc(got, unicode.IsControl):
			t.Errorf("CleanFileName(%q) = %q", name, got)
		}
		if again := CleanFileName(got); again != got {
			t.Errorf("CleanFileName is not settled: %q becomes %q", got, again)
		}
	})
}

func TestAMessageMayBeOnlyFiles(t *testing.T) {
	tk := ticket()
	files := []File{{ID: ID{8}, Name: "photo.jpg", Size: 10}, {ID: ID{9}, Name: "log.txt", Size: 10}}
	out := apply(t, &tk, actor(ByCustomer), AddMessage{ID: ID{5}, Files: files})
	if got := out.Messages[0]; got.Body != "" || len(got.Files) != 2 || got.Files[0].MessageID != (ID{5}) {
		t.Errorf("the message is %+v, want both files with its id", got)
	}
	if files[0].MessageID != (ID{}) {
		t.Error("Apply wrote into its input")
	}
	if tk.LastMessageText != "photo.jpg, log.txt" {
		t.Errorf("the list shows %q, want the names", tk.LastMessageText)
	}
}

func TestATicketOpenedByAFileIsCalledAfterIt(t *testing.T) {
	tk, _, err := OpenTicket(actor(ByCustomer), noon(), Opening{
		Channel: Widget, Message: AddMessage{Files: []File{{ID: ID{8}, Name: "photo.jpg"}}},
	})
	if err != nil || tk.Subject != "photo.jpg" {
		t.Errorf("subject %q (%v), want the file's name", tk.Subject, err)
	}
}

func TestAMessageTakesSoManyFilesOfSuchASize(t *testing.T) {
	for name, change := range map[string]AddMessage{
		"eleven":      {Body: "Hi", Files: make([]File, MaxFiles+1)},
		"a large one": {Body: "Hi", Files: []File{{Name: "film.mov", Size: MaxFile + 1}}},
		"nothing":     {Body: " "},
	} {
		tk := ticket()
		if _, err := Apply(&tk, actor(ByAgent), noon(), change); !IsKind(err, Invalid) {
			t.Errorf("%s: got %v, want it refused", name, err)
		}
	}
	tk := ticket()
	if _, err := Apply(&tk, actor(ByAgent), noon(), AddMessage{Files: make([]File, MaxFiles)}); err != nil {
		t.Errorf("ten files: %v", err)
	}
}
