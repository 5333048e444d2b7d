package views

import (
	"fmt"
	"strings"
	"testing"
)

// outline writes a document as type(content), words with their marks.
func outline(n *RichNode) string {
	if n == nil {
		return ""
	}
	var parts []string
	for _, c := range n.Content {
		parts = append(parts, outline(c))
	}
	words := n.Text
	for _, m := range n.Marks {
		words = strings.TrimSuffix(m.Type+" "+m.Attrs["href"], " ") + ":" + words
	}
	if n.Type == "text" {
		return words
	}
	attrs := ""
	if len(n.Attrs) > 0 {
		attrs = fmt.Sprint(n.Attrs)
	}
	return n.Type + attrs + "(" + strings.Join(parts, ",") + ")"
}

func TestRichTextIsWhatMarkdownDraws(t *testing.T) {
	for text, want := range map[string]string{
		"Plain words.\nTwo lines, 3.5 of them (really) - yes!": "",
		"**bold *both*** and `code\\*`":                        "doc(paragraph(bold:bold ,italic:bold:both, and ,code:code\\*))",
		"one \\*star\\* &lt;":                                  "doc(paragraph(one *star* <))",
		"*one*\ntwo":                                           "doc(paragraph(italic:one,hardBreak(),two))",
		"*a *b **c *d* c** b* a*":                              "doc(paragraph(italic:a b ,bold:italic:c d c,italic: b a))",
		"- a\n- b\n\n  c":                                      "doc(bulletList(listItem(paragraph(a)),listItem(paragraph(b),paragraph(c))))",
		"3. c":                                                 "doc(orderedListmap[start:3](listItem(paragraph(c))))",
		"> said":                                               "doc(blockquote(paragraph(said)))",
		"# Big":                                                "doc(paragraph(bold:Big))",
		"```js\n<b>\n\nx\n```":                                 "doc(codeBlock(<b>\n\nx))",
		"---":                                                  "doc(horizontalRule())",
		"~~gone~~":                                             "doc(paragraph(strike:gone))",
		"|a|b|\n|-|-|\n|1|2|":                                  "doc(paragraph(a | b,hardBreak(),1 | 2))",
		"[here](https://a.example/x?y=1&z)":                    "doc(paragraph(link https://a.example/x?y=1&z:here))",
		"see https://a.example now":                            "doc(paragraph(see ,link https://a.example:https://a.example, now))",
		"<b.ok@a.example>":                                     "doc(paragraph(link mailto:b.ok@a.example:b.ok@a.example))",
		"![a picture](https://a.example/p.png)":                "doc(paragraph(link https://a.example/p.png:a picture))",
		"[x](javascript:alert(1)) [y](/logout)":                "doc(paragraph(x y))",
		"<script>alert(1)</script>":                            "doc(paragraph(<script>alert(1)</script>))",
		strings.Repeat("> ", 18) + "as deep":                   "doc(" + strings.Repeat("blockquote(", 18) + "paragraph(as deep)" + strings.Repeat(")", 19),
		strings.Repeat("> ", 19) + "deeper":                    "",
	} {
		if got := outline(RichText(text)); got != want {
			t.Errorf("%q:\n got %s\nwant %s", text, got, want)
		}
	}
}
