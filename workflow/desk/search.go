package desk

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Search is what somebody typed into the search field, taken apart: refu* "late parcel" status:open -tag:spam.
type Search struct {
	Terms     []Term
	Operators []Operator
}

// Term is a word, or several in their order.
type Term struct {
	Text   string
	Prefix bool // the last word may go on: refu*, and the word that is being typed
	Not    bool // what must not be there
}

// Operator is a condition on the ticket.
type Operator struct {
	Name  OperatorName
	Value string // never empty
	Not   bool
	Raw   string // as it was typed
}

// OperatorName says what an Operator looks at.
type OperatorName string

// The operators.
const (
	SearchStatus   OperatorName = "status"   // a Status
	SearchPriority OperatorName = "priority" // a Priority, or none
	SearchChannel  OperatorName = "channel"  // a Channel
	SearchTag      OperatorName = "tag"
	SearchFrom     OperatorName = "from"     // words of the customer's name or address
	SearchAssignee OperatorName = "assignee" // me, none, or the name of a user or role
	SearchIs       OperatorName = "is"       // a word of SearchStates
	SearchHas      OperatorName = "has"      // attachment
	SearchBefore   OperatorName = "before"   // a day: tickets that were opened before it
	SearchAfter    OperatorName = "after"    // a day: tickets that were opened on it or later
)

// SearchOperators lists every OperatorName in the order that people read them.
func SearchOperators() []OperatorName {
	return []OperatorName{
		SearchStatus, SearchTag, SearchFrom, SearchAssignee, SearchIs, SearchHas, SearchBefore, SearchAfter,
		SearchPriority, SearchChannel,
	}
}

// The values of is: that are not a Status or an SLAState.
const (
	IsUnassigned = "unassigned"
	IsMine       = "mine"
	IsSnoozed    = "snoozed"
	IsUnread     = "unread"
)

// HasAttachment is the one value of has:.
const HasAttachment = "attachment"

// MaxSearch is how long a search may be, in bytes.
const MaxSearch = 256

// mostParts bounds the work of a search; what is beyond is left out.
const mostParts = 40

// ParseSearch takes a search apart. Every text is one: what is no operator is a word.
func ParseSearch(text string) Search {
	var s Search
	rest := plainQuotes(text)
	for range mostParts {
		rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
		if rest == "" {
			break
		}
		var part searchPart
		part, rest = nextPart(rest)
		s.add(part, rest == "")
	}
	return s
}

// searchPart is a stretch of a search: -name:"value".
type searchPart struct {
	raw         string
	not, quoted bool
	name, text  string
}

// nextPart cuts the first part off a text that begins with no space.
func nextPart(text string) (part searchPart, rest string) {
	at := text
	if after, ok := strings.CutPrefix(at, "-"); ok && after != "" && !unicode.IsSpace(rune(after[0])) {
		part.not, at = true, after
	}
	if i := strings.IndexByte(at, ':'); i > 0 && slices.Contains(SearchOperators(), OperatorName(strings.ToLower(at[:i]))) {
		part.name, at = strings.ToLower(at[:i]), at[i+1:]
	}
	if after, ok := strings.CutPrefix(at, `"`); ok {
		part.quoted = true
		part.text, rest, _ = strings.Cut(after, `"`)
	} else {
		end := strings.IndexFunc(at, func(r rune) bool { return unicode.IsSpace(r) || r == '"' })
		if end < 0 {
			end = len(at)
		}
		part.text, rest = at[:end], at[end:]
	}
	part.raw = text[:len(text)-len(rest)]
	return part, rest
}

// add keeps a part; the word at the very end may still be typed.
func (s *Search) add(p searchPart, last bool) {
	value := strings.TrimSpace(p.text)
	if p.name != "" {
		if value != "" {
			s.Operators = append(s.Operators, Operator{Name: OperatorName(p.name), Value: value, Not: p.not, Raw: p.raw})
		}
		return // of one without a value the rest is still to come
	}
	if value == "" {
		return
	}
	starred := !p.quoted && strings.HasSuffix(value, "*")
	s.Terms = append(s.Terms, Term{Text: strings.TrimRight(value, "*"), Not: p.not, Prefix: starred || last && !p.quoted})
}

// Lacking is a search without one of its operators.
func Lacking(search string, o Operator) string {
	return strings.Join(strings.Fields(strings.Replace(plainQuotes(search), o.Raw, " ", 1)), " ")
}

// plainQuotes are those that keyboards have; telephones make others of them.
func plainQuotes(text string) string {
	return strings.NewReplacer("“", `"`, "”", `"`, "„", `"`).Replace(text)
}

// TicketNumber reads the number of a ticket as people write it: 12 or #12. It is 0 where the text is none.
func TicketNumber(text string) int64 {
	n, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(text), "#"), 10, 64)
	if err != nil || n < 1 {
		return 0
	}
	return n
}
