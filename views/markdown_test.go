package views

import (
	"strings"
	"testing"
)

func TestMarkdown(t *testing.T) {
	link := func(to, words string) string {
		return `<a href="` + to + `" rel="noopener nofollow" target="_blank">` + words + `</a>`
	}
	for text, want := range map[string]string{
		"Plain words.\nTwo lines, 3.5 of them (really) - yes!": "",
		"**bold** and *soft* `code`":                           "<p><strong>bold</strong> and <em>soft</em> <code>code</code></p>",
		"one*\ntwo":                                            "<p>one*<br>\ntwo</p>",
		"- a\n- b":                                             "<ul>\n<li>a</li>\n<li>b</li>\n</ul>",
		"3. c":                                                 "<ol start=\"3\">\n<li>c</li>\n</ol>",
		"> said":                                               "<blockquote>\n<p>said</p>\n</blockquote>",
		"# Big":                                                "<p><strong>Big</strong></p>",
		"```js\n<b>\n```":                                      "<pre><code>&lt;b&gt;\n</code></pre>",
		"~~gone~~":                                             "<p><del>gone</del></p>",
		"|a|b|\n|-|:-:|\n|1|2|":                                "<table>\n<thead>\n<tr>\n<th>a</th>\n<th align=\"center\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td align=\"center\">2</td>\n</tr>\n</tbody>\n</table>",
		"[here](https://a.example/x?y=1&z)":                    "<p>" + link("https://a.example/x?y=1&amp;z", "here") + "</p>",
		"see https://a.example now":                            "<p>see " + link("https://a.example", "https://a.example") + " now</p>",
		"<b.ok@a.example>":                                     "<p>" + link("mailto:b.ok@a.example", "b.ok@a.example") + "</p>",
		"![a picture](https://a.example/p.png)":                "<p>" + link("https://a.example/p.png", "a picture") + "</p>",
		"[x](javascript:alert(1))":                             "<p>x</p>",
		"[x](JaVa\tscript:alert(1))":                           "<p>[x](JaVa\tscript:alert(1))</p>",
		"[x](data:text/html,y) ![z](//a.example/p)":            "<p>x z</p>",
		"[x](/logout) <javascript:alert(1)>":                   "<p>x javascript:alert(1)</p>",
		"<script>alert(1)</script>":                            "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
		"<img src=x onerror=alert(1)> & <!-- c -->":            "<p>&lt;img src=x onerror=alert(1)&gt; &amp; &lt;!-- c --&gt;</p>",
		`[x](https://a.example/"onmouseover="alert(1))`:        "<p>" + link("https://a.example/%22onmouseover=%22alert(1)", "x") + "</p>",
	} {
		if got := strings.TrimSpace(Markdown(text)); got != want {
			t.Errorf("%q:\n got %q\nwant %q", text, got, want)
		}
	}
}

// What keeps a parser busy is measured in the text, before it is parsed.
func TestMarkdownHasBoundsOfItsOwn(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want bool
	}{
		"as long as may be":   {strings.Repeat("*a* ", mostMarkdown/4), true},
		"longer":              {strings.Repeat("*a* ", mostMarkdown/4) + "b", false},
		"as many links":       {strings.Repeat("[a](b)", mostLinks), true},
		"more links":          {strings.Repeat("[a](b)", mostLinks+1), false},
		"as many brackets":    {strings.Repeat("[", 3*mostLinks), true},
		"more brackets":       {strings.Repeat("[", 3*mostLinks+1), false},
		"as many quotes":      {strings.Repeat(">", mostNested) + " a", true},
		"more quotes":         {strings.Repeat(">", mostNested+1) + " a", false},
		"more lists":          {"a\n" + strings.Repeat("- ", mostNested+1) + "a", false},
		"more numbered lists": {strings.Repeat("1. ", mostNested+1) + "a", false},
		"more of both":        {strings.Repeat("> - ", mostNested/2+1) + "a", false},
	} {
		if got := Markdown(tt.text) != ""; got != tt.want {
			t.Errorf("%s: drawn %t, want %t", name, got, tt.want)
		}
	}
	for _, part := range []string{">", "[", "*", "- ", "`", "[a](", "![", "|", "<", "\\", "~~", "**a ", "1. ", "> - ", "a_b*c_"} {
		text := strings.Repeat(part, mostMarkdown/len(part))
		if got := Markdown(text); len(got) > 40*len(text) {
			t.Errorf("%q repeated: %d bytes of HTML from %d", part, len(got), len(text))
		}
	}
}

func TestDrawingsAreRememberedForAsLongAsTheyAreAskedFor(t *testing.T) {
	var d Drawings
	for i := range 10 * drawnTexts {
		text := "**" + strings.Repeat("x", i) + "**"
		if got, want := d.Markdown(text), Markdown(text); got != want {
			t.Fatalf("%d: got %q, want %q", i, got, want)
		}
		d.Markdown("*always*")
		if got := len(d.now) + len(d.before); got > 2*drawnTexts {
			t.Fatalf("after %d texts it keeps %d, want %d at the most", i+1, got, 2*drawnTexts)
		}
		if _, ok := d.find("*always*"); !ok {
			t.Fatalf("after %d texts it forgot one that is asked for all the time", i+1)
		}
	}
	long := strings.Repeat("**x** ", drawnBytes/6+1)
	if d.Markdown(long); d.now[long] != "" {
		t.Error("it keeps a text that is too long")
	}
}

func BenchmarkMarkdown(b *testing.B) {
	text := "Thanks Mira, we found the **cause** and are restarting the `export` service now.\n\n- I’ll confirm within 20 minutes\n- see https://status.acme.example for news\n\nBest,\nAda"
	for b.Loop() {
		Markdown(text)
	}
}
