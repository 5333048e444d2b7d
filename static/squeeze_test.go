package static

import "testing"

func TestSqueezeScript(t *testing.T) {
	for source, want := range map[string]string{
		"a = 1; // one\n/* two */ b = 2;\n":          "a=1;b=2;",
		"f()\ng()":                                   "f()\ng()",
		"const x = {\n  a,\n  b,\n};\n\ny()":         "const x={a,b,};y()",
		"return /[/'] \\/\"/g.test(s) / 2":           "return/[/'] \\/\"/g.test(s)/2",
		"a / b / c // d":                             "a/b/c",
		"x(/a b/, y)":                                "x(/a b/,y)",
		"s = 'a  // b' + \"/* c */\"":                "s='a  // b'+\"/* c */\"",
		"`a  ${ f(`b  c`) }  // d` ;":                "`a  ${ f(`b  c`) }  // d`;",
		"a + +b - -c":                                "a+ +b- -c",
		"if (a) return\n  b\n    .c()":               "if(a)return\nb.c()",
		"name in object":                             "name in object",
		"f('it\\'s')  // that":                       "f('it\\'s')",
		"(a) => ({ b: a ?  1 : 2 })":                 "(a)=>({b:a?1:2})",
		"t = 'مرحبا' ; über = 1":                     "t='مرحبا';über=1",
		"for (const [k, v] of rows)\n  go(k)\nend()": "for(const[k,v]of rows)\ngo(k)\nend()",
	} {
		if got := squeezeScript(source); got != want {
			t.Errorf("squeezeScript(%q)\n got %q\nwant %q", source, got, want)
		}
	}
}

func TestSqueezeStyle(t *testing.T) {
	source := "/* a */\n.b > c, .d :focus {\n  margin: 0 calc(1px + 2px);\n  color: red;\n}\n"
	if got, want := squeezeStyle(source), ".b>c,.d :focus{margin:0 calc(1px + 2px);color:red}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
