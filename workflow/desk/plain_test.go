package desk

import "testing"

func TestTheListShowsWhatAnAgentWroteWithoutItsMarks(t *testing.T) {
	for body, want := range map[string]string{
		"**Yes**, it is *here*":                       "Yes, it is here",
		"__Yes__ and _no_":                            "Yes and no",
		"see [the manual](https://m.example/a \"x\")": "see the manual",
		"[c](javascript:alert(1)) ([d](/d_(e)))":      "c (d)",
		"![a lamp](/files/1)":                         "a lamp",
		"# Steps\n- one\n* two\n> quoted":             "Steps\none\ntwo\nquoted",
		"run `a_b_c` now":                             "run a_b_c now",
		"```sh\nls -l\n```":                           "ls -l\n",
		"5 * 3 = 15 and snake_case_name":              "5 * 3 = 15 and snake_case_name",
		"**":                                          "**",
		"```\n```":                                    "```\n```",
		"a [bracket] (and another)":                   "a [bracket] (and another)",
	} {
		for by, want := range map[ActorKind]string{ByAgent: want, ByWorkflow: body, ByAPI: body, BySystem: body, ByCustomer: body} {
			tk := ticket()
			apply(t, &tk, actor(by), AddMessage{Body: body})
			if tk.LastMessageText != want {
				t.Errorf("%s writes %q: the list shows %q, want %q", by, body, tk.LastMessageText, want)
			}
		}
	}
}
