package views

import (
	"fmt"
	"strings"

	"signalbox/workflow/desk"
)

// File is an attachment as pages show it.
type File struct {
	ID, Name string
	Size     string // in words
	Icon     string
	Href     string // downloads it
	Thumb    string // the address of a small picture of it, "" for none
	Large    string
	Width    int // of the small picture
	Height   int
}

// thumbEdge is the longest side of a picture in a thread, at twice which it is sharp on any screen.
const thumbEdge = 240

// FileOf shows an attachment.
func FileOf(f *desk.File) File {
	id := f.ID.String()
	shown := File{ID: id, Name: f.Name, Size: fileSize(f.Size), Icon: fileIcon(f.Type), Href: FilePath(id, f.Name)}
	if f.Picture() {
		shown.Thumb, shown.Large = PicturePath(id, "thumb"), PicturePath(id, "large")
		shown.Width, shown.Height = f.Width, f.Height
		if longest := max(f.Width, f.Height); longest > thumbEdge {
			shown.Width, shown.Height = max(f.Width*thumbEdge/longest, 1), max(f.Height*thumbEdge/longest, 1)
		}
	}
	return shown
}

// FilesOf shows several attachments.
func FilesOf(files []desk.File) []File {
	var shown []File
	for i := range files {
		shown = append(shown, FileOf(&files[i]))
	}
	return shown
}

func fileSize(n int64) string {
	switch {
	case n < 1_000:
		return plural(int(n), "byte")
	case n < 1_000_000:
		return fmt.Sprintf("%d kB", n/1_000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1_000_000)
}

func fileIcon(mediaType string) string {
	kind, _, _ := strings.Cut(mediaType, "/")
	switch kind {
	case "text":
		return "file-text"
	case "audio", "video":
		return "play"
	}
	if mediaType == "application/pdf" {
		return "file-text"
	}
	return "paperclip"
}

// ComposerFiles is what waits to go along with the next message.
type ComposerFiles struct {
	Number int64
	Query  string // of the list beside the ticket
	Files  []File
}
