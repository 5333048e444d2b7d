package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestAnOldDeskIsSearchedByTheRareWordOrItsNewestShelves has one document with all words on the oldest of many shelves.
func TestAnOldDeskIsSearchedByTheRareWordOrItsNewestShelves(t *testing.T) {
	onStage(t, func(d *stage) {
		oldest := []string{"", "", "could have seldom", "have could", "some other"}
		check(d.T, d.store.FillShelf(d.Context(), d.team, oldest))
		common := make([]string, 2_100) // both words are common, and never in this order
		for i := range common {
			common[i] = "have could"
		}
		for n := range 90 {
			texts := []string{"could"}
			if n == 68 { // where the words are counted: after the 21 newest shelves
				texts = common
			}
			check(d.T, d.store.FillShelf(d.Context(), d.team, texts))
		}
		for _, c := range []struct {
			text string
			want []int64
			more bool
		}{
			{`"could have"`, nil, true},
			{`"could have seldom"`, []int64{3}, false},
			{"seldom could", []int64{3}, false},
			{"seldom", []int64{3}, false},
			{"some other", []int64{5}, false},
			{"seldom other", nil, false},
			{"seldom -have", nil, false},
			{"never ever", nil, false},
		} {
			got, more, err := d.store.Find(d.Context(), d.team, c.text)
			check(d.T, err)
			if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" || more != c.more {
				d.Errorf("%s: more %t, want %t (-want +got):\n%s", c.text, more, c.more, diff)
			}
		}
	})
}
