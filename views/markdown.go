package views

import (
	"bytes"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// Markdown is text of the team as HTML, or "" where it reads the same as it was written. HTML within it is shown as it
// was typed, and nothing is fetched from elsewhere: pictures are links.
func Markdown(text string) string {
	if !marked(text) || costly(text) {
		return ""
	}
	m := markdown()
	var out bytes.Buffer
	if err := m.parse.Convert([]byte(text), &out); err != nil {
		return "" // shown as it was written
	}
	return m.policy.SanitizeReader(&out).String()
}

// marked reports whether there may be anything in text that Markdown shows in another way. Most messages have nothing,
// and parsing costs.
func marked(text string) bool {
	if strings.ContainsAny(text, "*_`[~|\\&") || strings.Contains(text, "://") || strings.Contains(text, "www.") {
		return true
	}
	for line := range strings.Lines(text) {
		line = strings.TrimLeft(line, " \t")
		if line != "" && strings.IndexByte("#>-+<", line[0]) >= 0 || startsNumber(line) {
			return true
		}
	}
	return strings.IndexByte(text, '<') >= 0 || strings.IndexByte(text, '@') >= 0
}

// What is drawn at the most: from there on, text made for the purpose keeps a parser busy for seconds.
const (
	mostMarkdown = 16_000 // bytes
	mostLinks    = 300
	mostNested   = 20 // quotes and lists within each other
)

func costly(text string) bool {
	if len(text) > mostMarkdown || strings.Count(text, "](") > mostLinks || strings.Count(text, "[") > 3*mostLinks {
		return true
	}
	for line := range strings.Lines(text) {
		marks := line[:len(line)-len(strings.TrimLeft(line, " \t>-+*0123456789.)"))]
		if len(strings.FieldsFunc(strings.ReplaceAll(marks, ">", "> "), isBlank)) > mostNested {
			return true
		}
	}
	return false
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' }

// startsNumber reports whether a line may begin a numbered list.
func startsNumber(line string) bool {
	rest := strings.TrimLeft(line, "0123456789")
	return rest != line && rest != "" && (rest[0] == '.' || rest[0] == ')')
}

type markdownParts struct {
	parse  goldmark.Markdown
	policy *bluemonday.Policy
}

// markdown builds the parser once: neither it nor the policy changes from then on.
var markdown = sync.OnceValue(func() markdownParts {
	return markdownParts{
		policy: markdownPolicy(),
		parse: goldmark.New(
			goldmark.WithParser(parser.NewParser(
				parser.WithBlockParsers(markdownBlocks()...),
				parser.WithInlineParsers(markdownSpans()...),
				parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
			)),
			goldmark.WithExtensions(
				extension.Strikethrough, extension.Linkify,
				extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
			),
			goldmark.WithRendererOptions(html.WithHardWraps(), renderer.WithNodeRenderers(util.Prioritized(safeNodes{}, 1))),
		),
	}
})

// markdownBlocks leaves out HTML, which is text to us, and what people write without meaning it: four spaces, and a
// line of dashes under a word.
func markdownBlocks() []util.PrioritizedValue {
	return []util.PrioritizedValue{
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(parser.NewBlockquoteParser(), 800),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	}
}

func markdownSpans() []util.PrioritizedValue {
	return []util.PrioritizedValue{
		util.Prioritized(parser.NewCodeSpanParser(), 100),
		util.Prioritized(parser.NewLinkParser(), 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(parser.NewEmphasisParser(), 500),
	}
}

// markdownPolicy is a second wall: it lets through what we draw, whatever a parser may be talked into.
func markdownPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li")
	p.AllowElements("table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("align").Matching(bluemonday.CellAlign).OnElements("th", "td")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("href", "rel", "target").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(false) // our links say so themselves
	return p
}

// safeNodes draws links, pictures and headings in our way.
type safeNodes struct{}

func (safeNodes) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindLink, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if link, ok := n.(*ast.Link); ok {
			writeLink(w, link.Destination, entering)
		}
		return ast.WalkContinue, nil
	})
	r.Register(ast.KindImage, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if image, ok := n.(*ast.Image); ok {
			writeLink(w, image.Destination, entering)
		}
		return ast.WalkContinue, nil
	})
	r.Register(ast.KindAutoLink, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if link, ok := n.(*ast.AutoLink); ok && entering {
			writeAutoLink(w, source, link)
		}
		return ast.WalkContinue, nil
	})
	r.Register(ast.KindHeading, func(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			_, _ = w.WriteString("<p><strong>") // a heading of the page it is not
		} else {
			_, _ = w.WriteString("</strong></p>\n")
		}
		return ast.WalkContinue, nil
	})
}

func autoLinkOf(n *ast.AutoLink, source []byte) []byte {
	to := n.URL(source)
	if n.AutoLinkType == ast.AutoLinkEmail && !bytes.HasPrefix(bytes.ToLower(to), []byte("mailto:")) {
		to = append([]byte("mailto:"), to...)
	}
	return to
}

func writeAutoLink(w util.BufWriter, source []byte, n *ast.AutoLink) {
	to := autoLinkOf(n, source)
	writeLink(w, to, true)
	_, _ = w.Write(util.EscapeHTML(n.Label(source)))
	writeLink(w, to, false)
}

// writeLink leaves the words alone where the address is none that leads out of here.
func writeLink(w util.BufWriter, to []byte, entering bool) {
	if !leadsOut(to) {
		return
	}
	if !entering {
		_, _ = w.WriteString("</a>")
		return
	}
	_, _ = w.WriteString(`<a href="`)
	_, _ = w.Write(util.EscapeHTML(util.URLEscape(to, true)))
	_, _ = w.WriteString(`" rel="noopener nofollow" target="_blank">`)
}

func leadsOut(to []byte) bool {
	lower := bytes.ToLower(to)
	return bytes.HasPrefix(lower, []byte("https://")) || bytes.HasPrefix(lower, []byte("http://")) ||
		bytes.HasPrefix(lower, []byte("mailto:"))
}
