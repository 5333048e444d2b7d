package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// said is a step that prints text and ends with err.
func said(name, text string, err error) step {
	return step{name: name, run: func(_ context.Context, sh shell) error {
		fmt.Fprint(sh.out, text)
		return err
	}}
}

func TestAFailureNeitherHidesNorStopsTheOthers(t *testing.T) {
	var out strings.Builder
	code := runAll(t.Context(), shell{out: &out}, []step{
		said("first", "chatter\n", nil),
		said("second", "the reason\n", errors.New("broken")),
		said("third", "more chatter\n", nil),
		said("fourth", "", errors.New("also broken")),
	})

	if code != failed {
		t.Errorf("got exit code %d, want %d", code, failed)
	}
	for _, want := range []string{"ok    first", "FAIL  second", "the reason\n", "ok    third", "2 of 4 steps failed", ": second, fourth\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got %q, want it to contain %q", out.String(), want)
		}
	}
	if strings.Contains(out.String(), "chatter") {
		t.Errorf("got %q, want no output of steps that passed", out.String())
	}
}

func TestAStepWithoutItsProgramFailsAndNamesThePackage(t *testing.T) {
	absent := need{"a teapot", []string{"teapot"}, func() bool { return false }}
	s := said("tea", "", nil)
	s.needs = []need{absent}

	err := s.check(t.Context(), shell{})
	if err == nil || !strings.Contains(err.Error(), "apt-get install teapot") {
		t.Errorf("got %v, want an error that names the package", err)
	}
}

func TestNamedStepsRunInTheirOwnOrder(t *testing.T) {
	all := []step{{name: "vet"}, {name: "lint"}, {name: "test"}}

	chosen, err := choose(all, []string{"test", "vet"})
	if err != nil || len(chosen) != 2 || chosen[0].name != "vet" || chosen[1].name != "test" {
		t.Errorf("got %v, %v, want vet and test", chosen, err)
	}
	if _, err := choose(all, []string{"tests"}); err == nil {
		t.Error("got no error for an unknown step")
	}
}
