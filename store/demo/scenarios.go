package demo

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

//go:embed scenarios.json
var scenarioFile []byte

// scenario is what a conversation may be about; each list is what may be said at that point.
type scenario struct {
	Role      string   `json:"role"`
	Tags      []string `json:"tags"`
	Mailbox   string   `json:"mailbox"`
	Subjects  []string `json:"subjects"`
	Openers   []string `json:"openers"`
	Replies   []string `json:"replies"`
	Answers   []string `json:"answers"`
	Solutions []string `json:"solutions"`
	Notes     []string `json:"notes"`
}

func scenarios() ([]scenario, error) {
	var all []scenario
	if err := json.Unmarshal(scenarioFile, &all); err != nil {
		return nil, fmt.Errorf("read scenarios of the demo: %w", err)
	}
	return all, nil
}

// voice fills the gaps of a scenario's sentences, the same way throughout one conversation.
type voice struct {
	rng    *rand.Rand
	name   string // the customer's first name
	number int
}

func (v voice) say(choices []string) string {
	return strings.NewReplacer("{name}", v.name, "{n}", strconv.Itoa(v.number)).Replace(pick(v.rng, choices))
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }
