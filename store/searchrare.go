package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

const (
	commonWord = shelfSize / 16 // documents of a shelf from which on reading a word's places is most of a search
	rareWord   = 64             // documents of a shelf up to which many a shelf may well be without the word
)

// worthLooking leaves those of a team's older shelves, the newest first, that a search for terms goes on with. Where a
// word is rare, these are the ones that have it: an AND with it, or a phrase, costs what its common words do, even on
// shelves where it cannot match. Where all words are common, every shelf costs milliseconds however little matches, so
// it leaves as many as one statement looks at and reports whether there are more.
func (s *Store) worthLooking(ctx context.Context, shelves []int64, terms []term) (_ []int64, more bool, err error) {
	if len(terms) == 1 && len(terms[0].words) == 1 {
		return shelves, false, nil
	}
	var rarest term
	least := commonWord + 1
	for _, word := range singly(terms) {
		n, err := s.countOn(ctx, shelves[0], word, least)
		if err != nil {
			return nil, false, err
		}
		if n < least {
			rarest, least = word, n
		}
	}
	switch {
	case least > commonWord:
		return shelves[:min(len(shelves), mostArms)], len(shelves) > mostArms, nil
	case least > rareWord:
		return shelves, false, nil
	}
	shelves, err = s.shelvesWith(ctx, shelves, rarest)
	return shelves, false, err
}

// singly parts terms that are wanted into their words.
func singly(terms []term) []term {
	var words []term
	for _, t := range terms {
		for i, w := range t.words {
			if !t.not {
				words = append(words, term{words: []string{w}, prefix: t.prefix && i == len(t.words)-1})
			}
		}
	}
	return words
}

// countOn counts the documents of a shelf that have a word, up to most.
func (s *Store) countOn(ctx context.Context, shelf int64, word term, most int) (int, error) {
	arm := s.engine.fullText().matching(shelf, []term{word})
	var n int
	err := get(ctx, s.db, &n, `
		SELECT COUNT(*)
		FROM (SELECT id FROM (`+arm.text()+`) AS arm LIMIT ?) AS few`, append(arm.args, most)...)
	if err != nil {
		return 0, fmt.Errorf("count documents with a word: %w", err)
	}
	return n, nil
}

// shelvesWith leaves the shelves that have a word, in their order.
func (s *Store) shelvesWith(ctx context.Context, shelves []int64, word term) ([]int64, error) {
	var with []int64
	for some := range slices.Chunk(shelves, mostArms) {
		arms := make([]string, len(some))
		var args []any
		for i, shelf := range some {
			arm := s.engine.fullText().matching(shelf, []term{word})
			arms[i] = fmt.Sprintf(`SELECT %d AS shelf WHERE EXISTS (%s)`, shelf, arm.text())
			args = append(args, arm.args...)
		}
		var found []int64
		if err := list(ctx, s.db, &found, strings.Join(arms, ` UNION ALL `), args...); err != nil {
			return nil, fmt.Errorf("find shelves with a word: %w", err)
		}
		slices.Sort(found)
		slices.Reverse(found)
		with = append(with, found...)
	}
	return with, nil
}
