package desk

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What may be attached.
const (
	MaxFile     = 25 << 20 // bytes of one file
	MaxFiles    = 10       // of one message
	MaxFileName = 120      // characters
)

// File is something attached to a message. Its bytes are kept elsewhere and never change.
type File struct {
	ID            ID
	MessageID     ID     // zero while it waits to be sent
	Name          string // as CleanFileName leaves it
	Type          string // what its bytes look like, whatever its name says
	Size          int64  // bytes
	Width, Height int    // as people see it, in pixels; zero unless it is a picture that can be shown
}

// Picture reports whether the file can be shown as a picture.
func (f *File) Picture() bool { return f.Width > 0 }

// CleanFileName makes any text a file's name: without folders, without characters that nobody sees or that turn the
// order of others, one line of at most MaxFileName characters. A long name keeps its ending.
func CleanFileName(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.C, r):
			return -1
		}
		return r
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	if name == "" {
		return "file"
	}
	return shortened(name)
}

func shortened(name string) string {
	if utf8.RuneCountInString(name) <= MaxFileName {
		return name
	}
	ending := path.Ext(name)
	if n := utf8.RuneCountInString(ending); n > 1 && n <= 10 {
		return strings.TrimRight(Cut(name, MaxFileName-n), ". ") + ending
	}
	return strings.TrimRight(Cut(name, MaxFileName), ". ")
}

// checkFiles refuses what is no file or more than a message takes.
func checkFiles(files []File) error {
	if len(files) > MaxFiles {
		return FieldErrorf("file", "The message has %d files; the limit is %d. Remove some, or send two messages.", len(files), MaxFiles)
	}
	for i := range files {
		if f := &files[i]; f.Size > MaxFile {
			return FieldErrorf("file", "The file %q is larger than %d MB. Send a link to it.", f.Name, MaxFile>>20)
		}
	}
	return nil
}

// filesOf are the files of a new message, in the order in which they were attached.
func filesOf(c AddMessage) []File {
	files := slices.Clone(c.Files)
	for i := range files {
		files[i].MessageID = c.ID
	}
	return files
}

// preview is what the list shows of a message: what it says or, when it says nothing, what it brings.
func (m *Message) preview() string {
	if visible(m.Body) || len(m.Files) == 0 {
		return m.words()
	}
	names := make([]string, len(m.Files))
	for i := range m.Files {
		names[i] = m.Files[i].Name
	}
	return Cut(strings.Join(names, ", "), previewLength)
}

// words are the beginning of what a message says: agents write Markdown, the marks of all others are their own.
func (m *Message) words() string {
	if m.Author == ByAgent {
		return Cut(plain(Cut(m.Body, 2*previewLength)), previewLength)
	}
	return Cut(m.Body, previewLength)
}
