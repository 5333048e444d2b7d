package workflow

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/workflow/desk"
)

// edited is a workflow with a path within a path: a, b{ 0: c, d; else: e{ 0: f } }, g.
func edited() Definition {
	step := func(id string) Step { return Step{ID: id, Type: Stop, Stop: &StopStep{}} }
	decide := func(id string, els []Step, steps ...Step) Step {
		b := NewBranch()
		b.Steps = steps
		return Step{ID: id, Type: If, If: &IfStep{Branches: []Branch{b}, Else: els}}
	}
	return Definition{Steps: []Step{
		step("a"),
		decide("b", []Step{decide("e", nil, step("f"))}, step("c"), step("d")),
		step("g"),
	}}
}

// outline writes the tree of ids on one line.
func outline(steps []Step) string {
	var parts []string
	for _, s := range steps {
		part := s.ID
		if s.If != nil {
			var paths []string
			for _, b := range s.If.Branches {
				paths = append(paths, outline(b.Steps))
			}
			part += "{" + strings.Join(paths, "|") + "/" + outline(s.If.Else) + "}"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

func TestEditsChangeTheTreeAndNotTheirInput(t *testing.T) {
	x := Step{ID: "x", Type: Stop, Stop: &StopStep{}}
	put := func(place string) func(Definition) (Definition, error) {
		return func(d Definition) (Definition, error) {
			at, err := ParsePlace(place)
			if err != nil {
				return d, err
			}
			return Insert(d, at, x)
		}
	}
	move := func(id string, by int) func(Definition) (Definition, error) {
		return func(d Definition) (Definition, error) { return Shift(d, id, by) }
	}
	moveTo := func(id, place string) func(Definition) (Definition, error) {
		return func(d Definition) (Definition, error) {
			at, err := ParsePlace(place)
			if err != nil {
				return d, err
			}
			return Move(d, id, at)
		}
	}
	aside := func(id string, by int) func(Definition) (Definition, error) {
		return func(d Definition) (Definition, error) { return MoveAside(d, id, by) }
	}
	duplicate := func(id string) func(Definition) (Definition, error) {
		return func(d Definition) (Definition, error) {
			d, _, err := Duplicate(d, id)
			return d, err
		}
	}
	remove := func(id string) func(Definition) (Definition, error) {
		return func(d Definition) (Definition, error) { return Remove(d, id) }
	}

	const before = "a b{c d/e{f/}} g"
	for name, tc := range map[string]struct {
		edit func(Definition) (Definition, error)
		want string
	}{
		"insert first":             {put("0"), "x a b{c d/e{f/}} g"},
		"insert last":              {put("3"), "a b{c d/e{f/}} g x"},
		"insert into a branch":     {put("1.0.b"), "a b{c x d/e{f/}} g"},
		"insert into else":         {put("0.else.b"), "a b{c d/x e{f/}} g"},
		"insert into an inner one": {put("0.else.e"), "a b{c d/e{f/x}} g"},
		"move up":                  {move("g", -1), "a g b{c d/e{f/}}"},
		"move up at the top":       {move("a", -1), before},
		"move down in a branch":    {move("c", 1), "a b{d c/e{f/}} g"},
		"move down at the bottom":  {move("g", 1), before},
		"move to the end":          {moveTo("a", "3"), "b{c d/e{f/}} g a"},
		"move to the start":        {moveTo("g", "0"), "g a b{c d/e{f/}}"},
		"move before itself":       {moveTo("d", "1.0.b"), before},
		"move behind itself":       {moveTo("d", "2.0.b"), before},
		"move into a branch":       {moveTo("a", "1.0.b"), "b{c a d/e{f/}} g"},
		"move out of a branch":     {moveTo("c", "1"), "a c b{d/e{f/}} g"},
		"move with its paths":      {moveTo("e", "0.0.b"), "a b{e{f/} c d/} g"},
		"move into an inner else":  {moveTo("c", "0.else.e"), "a b{d/e{f/c}} g"},
		"aside":                    {aside("d", 1), "a b{c/e{f/} d} g"},
		"aside and back":           {aside("e", -1), "a b{e{f/} c d/} g"},
		"aside beyond the last":    {aside("e", 1), before},
		"aside before the first":   {aside("c", -1), before},
		"aside on the main path":   {aside("a", 1), before},
		"duplicate":                {duplicate("c"), "a b{c s1 d/e{f/}} g"},
		"duplicate with its paths": {duplicate("b"), "a b{c d/e{f/}} s1{s2 s3/s4{s5/}} g"},
		"remove one":               {remove("f"), "a b{c d/e{/}} g"},
		"remove with its paths":    {remove("b"), "a g"},
	} {
		t.Run(name, func(t *testing.T) {
			d := edited()
			got, err := tc.edit(d)
			if err != nil {
				t.Fatal(err)
			}
			if outline(got.Steps) != tc.want {
				t.Errorf("got  %s\nwant %s", outline(got.Steps), tc.want)
			}
			if diff := cmp.Diff(edited(), d); diff != "" {
				t.Errorf("the edit changed its input:\n%s", diff)
			}
		})
	}
}

func TestReplaceSwapsAStepWhereverItIs(t *testing.T) {
	d, err := Replace(edited(), Step{ID: "f", Type: Stop, Stop: &StopStep{Reason: "done"}})
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := Find(d, "f"); !ok || s.Stop.Reason != "done" {
		t.Errorf("found %+v, %v; want the replaced step", s, ok)
	}
}

func TestEditsOfWhatIsGoneAreRefused(t *testing.T) {
	d := edited()
	for name, edit := range map[string]func() (Definition, error){
		"remove":             func() (Definition, error) { return Remove(d, "nobody") },
		"shift":              func() (Definition, error) { return Shift(d, "nobody", 1) },
		"replace":            func() (Definition, error) { return Replace(d, Step{ID: "nobody"}) },
		"move":               func() (Definition, error) { return Move(d, "nobody", Place{}) },
		"move after the end": func() (Definition, error) { return Move(d, "a", Place{Index: 4}) },
		"move to no branch":  func() (Definition, error) { return Move(d, "a", Place{Parent: "b", Branch: 1}) },
		"duplicate":          func() (Definition, error) { d, _, err := Duplicate(d, "nobody"); return d, err },
		"after the end":      func() (Definition, error) { return Insert(d, Place{Index: 4}, Step{}) },
		"no such branch":     func() (Definition, error) { return Insert(d, Place{Parent: "b", Branch: 1}, Step{}) },
		"parent has no path": func() (Definition, error) { return Insert(d, Place{Parent: "a"}, Step{}) },
		"parent is gone":     func() (Definition, error) { return Insert(d, Place{Parent: "nobody"}, Step{}) },
	} {
		var refusal *desk.Error
		if _, err := edit(); !errors.As(err, &refusal) || refusal.Kind() != string(desk.NotFound) {
			t.Errorf("%s: got %v, want a refusal of kind not found", name, err)
		}
	}
}

func TestPlacesSurviveTheirText(t *testing.T) {
	for _, p := range []Place{{}, {Index: 12}, {Parent: "s.1", Branch: Else, Index: 1}, {Parent: "s1", Branch: 3, Index: 2}} {
		got, err := ParsePlace(p.String())
		if err != nil || got != p {
			t.Errorf("ParsePlace(%q) = %+v, %v; want %+v", p.String(), got, err, p)
		}
	}
	for _, bad := range []string{"", "x", "-1", "0.", "0.x.s1", "0.-2.s1", "0.1", "0.1.", "99999999999999999999"} {
		if got, err := ParsePlace(bad); err == nil {
			t.Errorf("ParsePlace(%q) = %+v, want a refusal", bad, got)
		}
	}
}

func TestNewStepsTakeTheFirstFreeID(t *testing.T) {
	d := Definition{}
	for i, want := range []string{"s1", "s2", "s3", "s4"} {
		s, err := NewStep(d, []StepType{GetTicket, UpdateTicket, If, Stop}[i])
		if err != nil {
			t.Fatal(err)
		}
		if s.ID != want {
			t.Errorf("step %d got id %q, want %q", i, s.ID, want)
		}
		d.Steps = append(d.Steps, s)
	}
	d, _ = Remove(d, "s2")
	if s, _ := NewStep(d, Stop); s.ID != "s2" {
		t.Errorf("after removing s2 the next id is %q, want s2", s.ID)
	}
	if _, err := NewStep(d, "dance"); err == nil {
		t.Error("an unknown type was accepted")
	}
}

func TestInsertRefusesWhatCouldNotBeReadBack(t *testing.T) {
	d := Definition{}
	at := Place{}
	for range maxNesting {
		s, err := NewStep(d, If)
		if err != nil {
			t.Fatal(err)
		}
		if d, err = Insert(d, at, s); err != nil {
			t.Fatal(err)
		}
		at = Place{Parent: s.ID, Branch: Else}
	}
	s, _ := NewStep(d, Stop)
	if _, err := Insert(d, at, s); err == nil {
		t.Errorf("a step %d levels deep was accepted", maxNesting+1)
	}
}

func TestAStepIsNotMovedIntoItself(t *testing.T) {
	for _, to := range []Place{{Parent: "b", Branch: Else}, {Parent: "b", Index: 1}, {Parent: "e"}} {
		if _, err := Move(edited(), "b", to); !desk.IsKind(err, desk.Invalid) {
			t.Errorf("to %s: got %v, want a refusal", to, err)
		}
	}
}

func TestAMoveKeepsToTheLimitOfLevels(t *testing.T) {
	d := edited()
	deep := "e"
	for i := 3; i < maxNesting; i++ { // e is on the second level, its paths on the third
		s, err := NewStep(d, If)
		if err != nil {
			t.Fatal(err)
		}
		if d, err = Insert(d, Place{Parent: deep, Branch: Else}, s); err != nil {
			t.Fatal(err)
		}
		deep = s.ID
	}
	if _, err := Move(d, "a", Place{Parent: deep}); err != nil {
		t.Errorf("onto the deepest path: %v", err)
	}
	d, wide, err := Duplicate(d, "a")
	if err != nil {
		t.Fatal(err)
	}
	branching := Step{ID: wide, Type: If, If: &IfStep{Else: []Step{{ID: "z", Type: Stop, Stop: &StopStep{}}}}}
	if d, err = Replace(d, branching); err != nil {
		t.Fatal(err)
	}
	if _, err := Move(d, wide, Place{Parent: deep}); !desk.IsKind(err, desk.Invalid) {
		t.Errorf("a level too deep: got %v, want a refusal", err)
	}
}

func TestPlaceOfFindsEveryStep(t *testing.T) {
	d := edited()
	for id, want := range map[string]string{"a": "0", "b": "1", "d": "1.0.b", "e": "0.else.b", "f": "0.0.e", "g": "2"} {
		if at, ok := PlaceOf(d, id); !ok || at.String() != want {
			t.Errorf("%s is at %s, %v; want %s", id, at, ok, want)
		}
	}
	if _, ok := PlaceOf(d, "nobody"); ok {
		t.Error("found a step that is not there")
	}
}
