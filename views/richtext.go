package views

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	extensions "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// RichNode is a piece of a text as customers' widgets draw it themselves: the JSON of ProseMirror documents, with the
// names that TipTap gives to nodes and marks. Words alone have no type in their marks and no content.
type RichNode struct {
	Type    string         `json:"type"`
	Text    string         `json:"text,omitempty"`
	Attrs   map[string]any `json:"attrs,omitempty"`
	Marks   []RichMark     `json:"marks,omitempty"`
	Content []*RichNode    `json:"content,omitempty"`
}

// RichMark is how words stand out, or where they lead.
type RichMark struct {
	Type  string            `json:"type"`
	Attrs map[string]string `json:"attrs,omitempty"`
}

// deepestRich is how deep a block of words may lie: posthog-js leaves out what lies deeper than 20, and words lie in it.
const deepestRich = 19

// RichText is Markdown of the team as a document, or nil where it reads the same as it was written. It shows what
// Markdown shows, tables as lines.
func RichText(markdownText string) *RichNode {
	if !marked(markdownText) || costly(markdownText) {
		return nil
	}
	source := []byte(markdownText)
	r := richWriter{source: source, doc: &RichNode{Type: "doc"}}
	r.blocks(r.doc, markdown().parse.Parser().Parse(text.NewReader(source)), 1)
	if r.tooDeep || len(r.doc.Content) == 0 {
		return nil
	}
	return r.doc
}

type richWriter struct {
	source  []byte
	doc     *RichNode
	tooDeep bool
}

// blocks puts what n contains into a node.
func (r *richWriter) blocks(into *RichNode, n ast.Node, depth int) {
	r.tooDeep = r.tooDeep || depth > deepestRich
	for c := n.FirstChild(); c != nil && !r.tooDeep; c = c.NextSibling() {
		into.Content = append(into.Content, r.block(c, depth))
	}
}

func (r *richWriter) block(n ast.Node, depth int) *RichNode {
	node := &RichNode{Type: "paragraph"}
	switch n := n.(type) {
	case *ast.List:
		node.Type = "bulletList"
		if n.IsOrdered() {
			node.Type, node.Attrs = "orderedList", map[string]any{"start": n.Start}
		}
		r.blocks(node, n, depth+1)
	case *ast.ListItem:
		node.Type = "listItem"
		r.blocks(node, n, depth+1)
	case *ast.Blockquote:
		node.Type = "blockquote"
		r.blocks(node, n, depth+1)
	case *ast.FencedCodeBlock:
		node.Type = "codeBlock"
		code := strings.TrimSuffix(string(n.Lines().Value(r.source)), "\n")
		node.Content = []*RichNode{{Type: "text", Text: code}}
	case *ast.ThematicBreak:
		node.Type = "horizontalRule"
	case *ast.Heading:
		r.spans(node, n, []RichMark{{Type: "bold"}}) // a heading of the page it is not
	case *extensions.Table:
		r.table(node, n)
	default:
		r.spans(node, n, nil)
	}
	return node
}

// table is a line for each row.
func (r *richWriter) table(into *RichNode, table ast.Node) {
	for row := table.FirstChild(); row != nil; row = row.NextSibling() {
		if row != table.FirstChild() {
			into.Content = append(into.Content, &RichNode{Type: "hardBreak"})
		}
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			if cell != row.FirstChild() {
				r.words(into, " | ", nil)
			}
			r.spans(into, cell, nil)
		}
	}
}

// spans puts the words within n into a node, each with the marks around it.
func (r *richWriter) spans(into *RichNode, n ast.Node, marks []RichMark) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			r.words(into, r.read(c, n.Kind() == ast.KindCodeSpan), marks)
			if c.SoftLineBreak() || c.HardLineBreak() {
				into.Content = append(into.Content, &RichNode{Type: "hardBreak"})
			}
		case *ast.String:
			r.words(into, string(c.Value), marks)
		case *ast.AutoLink:
			r.words(into, string(c.Label(r.source)), with(marks, linkTo(autoLinkOf(c, r.source))))
		default:
			r.spans(into, c, with(marks, markOf(c)))
		}
	}
}

// read is what a piece of the source says: only code means each of its characters.
func (r *richWriter) read(t *ast.Text, code bool) string {
	value := t.Segment.Value(r.source)
	if !code {
		value = util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(value)))
	}
	return string(value)
}

func (r *richWriter) words(into *RichNode, words string, marks []RichMark) {
	if words == "" {
		return
	}
	if n := len(into.Content); n > 0 {
		if last := into.Content[n-1]; last.Type == "text" && slices.EqualFunc(last.Marks, marks, sameMark) {
			last.Text += words // the parser stops at each odd character
			return
		}
	}
	into.Content = append(into.Content, &RichNode{Type: "text", Text: words, Marks: marks})
}

func sameMark(a, b RichMark) bool { return a.Type == b.Type && a.Attrs["href"] == b.Attrs["href"] }

func markOf(n ast.Node) RichMark {
	switch n := n.(type) {
	case *ast.Emphasis:
		if n.Level > 1 {
			return RichMark{Type: "bold"}
		}
		return RichMark{Type: "italic"}
	case *ast.CodeSpan:
		return RichMark{Type: "code"}
	case *ast.Link:
		return linkTo(n.Destination)
	case *ast.Image:
		return linkTo(n.Destination)
	case *extensions.Strikethrough:
		return RichMark{Type: "strike"}
	}
	return RichMark{}
}

func linkTo(address []byte) RichMark {
	if !leadsOut(address) {
		return RichMark{}
	}
	return RichMark{Type: "link", Attrs: map[string]string{"href": string(address)}}
}

// with adds a mark unless it is none, and leaves the marks of others alone. Words have one of a kind: within each other
// they would grow with the square of the text.
func with(marks []RichMark, m RichMark) []RichMark {
	if m.Type == "" || slices.ContainsFunc(marks, func(other RichMark) bool { return other.Type == m.Type }) {
		return marks
	}
	return append(marks[:len(marks):len(marks)], m)
}
