package static

import (
	"bytes"
	"embed"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/js"
)

// The chat for other people's sites lies in parts that a person can read, and goes out as one file.
//
//go:embed widget
var widgetFiles embed.FS

// widgetParts are in the order in which they build on each other.
func widgetParts() []string {
	return []string{
		"start.js", "memory.js", "words.js", "server.js", "person.js", "thread.js", "outbox.js", "files.js",
		"live.js", "elements.js", "log.js", "panel.js", "restore.js", "theme.js", "commands.js",
	}
}

// texts is the table of strings.json: language, key, text.
var texts = sync.OnceValue(func() map[string]map[string]string {
	var table map[string]map[string]string
	if err := json.Unmarshal(widgetPart("strings.json"), &table); err != nil {
		panic("static: the widget's texts cannot be read: " + err.Error()) // a test reads them first
	}
	return table
})

// WidgetKeys lists the keys of the embed's texts, sorted. They come to a visitor with the settings, in one language.
func WidgetKeys() []string { return slices.Sorted(maps.Keys(texts()["en"])) }

// WidgetText is what the embed says for a key unless the team set something else; "" for an unknown one.
func WidgetText(language, key string) string { return texts()[language][key] }

// joinWidget makes /widget.js of its parts: one function, strict, without comments, air and long names.
func joinWidget() []byte {
	m := minify.New()
	m.AddFunc("css", css.Minify)
	m.AddFunc("js", js.Minify)

	var source bytes.Buffer
	source.WriteString("(()=>{'use strict';\n")
	source.WriteString("const STYLE=" + quote(minified(m, "css", widgetPart("style.css"))) + ";\n")
	for _, name := range widgetParts() {
		source.Write(widgetPart(name))
	}
	source.WriteString("})();\n")
	return []byte("/*! Signalbox chat. Apache-2.0 */\n" + minified(m, "js", source.Bytes()))
}

func minified(m *minify.M, language string, source []byte) string {
	small, err := m.Bytes(language, source)
	if err != nil {
		panic("static: a part of the widget is not " + language + ": " + err.Error()) // a test reads them first
	}
	return string(small)
}

func widgetPart(name string) []byte {
	body, err := widgetFiles.ReadFile("widget/" + name)
	if err != nil {
		panic("static: a part of the widget is missing: " + err.Error()) // not with a file system in memory
	}
	return body
}

// quote writes a string for JavaScript. It is no HTML, so < stays <.
func quote(s string) string {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // strings always encode, and the buffer takes all
	return strings.TrimSuffix(out.String(), "\n")
}
