package workflow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"signalbox/workflow/desk"
)

// Else is the Branch of a Place on the else path of an if-step, and behind the timeout of a wait.
const Else = -1

const elseText = "else"

// Place is a position in the tree of steps: before step number Index of a path.
type Place struct {
	Parent string // the step that the path belongs to, "" for the main path
	Branch int    // which exit of Parent, see Step.Exits
	Index  int
}

// ParsePlace reads what Place.String wrote: "2", "0.else.step" or "0.1.step".
func ParsePlace(s string) (Place, error) {
	number, path, nested := strings.Cut(s, ".")
	index, err := strconv.Atoi(number)
	if err != nil || index < 0 {
		return Place{}, desk.Errorf(desk.Invalid, "%q is no place for a step.", s)
	}
	if !nested {
		return Place{Index: index}, nil
	}

	name, parent, _ := strings.Cut(path, ".")
	p := Place{Parent: parent, Branch: Else, Index: index}
	if name != elseText {
		p.Branch, err = strconv.Atoi(name)
	}
	if err != nil || p.Branch < Else || parent == "" {
		return Place{}, desk.Errorf(desk.Invalid, "%q is no place for a step.", s)
	}
	return p, nil
}

func (p Place) String() string {
	switch {
	case p.Parent == "":
		return strconv.Itoa(p.Index)
	case p.Branch == Else:
		return fmt.Sprintf("%d.%s.%s", p.Index, elseText, p.Parent)
	}
	return fmt.Sprintf("%d.%d.%s", p.Index, p.Branch, p.Parent)
}

// Find returns the step with this id, wherever it is.
func Find(d Definition, id string) (Step, bool) {
	path, i := locate(&d.Steps, id)
	if path == nil {
		return Step{}, false
	}
	return (*path)[i], true
}

// Insert returns d with s at a place. d itself stays as it is, here and below.
func Insert(d Definition, at Place, s Step) (Definition, error) {
	d.Steps = cloneSteps(d.Steps)
	path := pathOf(&d, at)
	if path == nil || at.Index > len(*path) {
		return Definition{}, placeGone()
	}
	*path = slices.Insert(*path, at.Index, s)
	if levels(d.Steps) > maxNesting {
		return Definition{}, desk.Errorf(desk.Invalid, "Paths can lie within each other %d levels deep. Put the step elsewhere.", maxNesting)
	}
	return d, nil
}

// Replace returns d with the step of the same id replaced by s.
func Replace(d Definition, s Step) (Definition, error) {
	d.Steps = cloneSteps(d.Steps)
	path, i := locate(&d.Steps, s.ID)
	if path == nil {
		return Definition{}, missing(s.ID)
	}
	(*path)[i] = s
	return d, nil
}

// Remove returns d without the step, and without the steps on its paths.
func Remove(d Definition, id string) (Definition, error) {
	d.Steps = cloneSteps(d.Steps)
	path, i := locate(&d.Steps, id)
	if path == nil {
		return Definition{}, missing(id)
	}
	*path = slices.Delete(*path, i, i+1)
	return d, nil
}

// Shift returns d with the step moved by so many places along its path, as far as the path goes.
func Shift(d Definition, id string, by int) (Definition, error) {
	d.Steps = cloneSteps(d.Steps)
	path, i := locate(&d.Steps, id)
	if path == nil {
		return Definition{}, missing(id)
	}
	s := (*path)[i]
	rest := slices.Delete(*path, i, i+1)
	*path = slices.Insert(rest, min(max(i+by, 0), len(rest)), s)
	return d, nil
}

// Move returns d with the step, and what is on its paths, at another place of d as it is now.
func Move(d Definition, id string, to Place) (Definition, error) {
	s, ok := Find(d, id)
	if !ok {
		return Definition{}, missing(id)
	}
	if contains(&s, to.Parent) {
		return Definition{}, desk.Errorf(desk.Invalid, "A step cannot be moved onto a path of its own. Choose a place outside of it.")
	}
	if to.Index > len(pathAt(d, to)) {
		return Definition{}, placeGone()
	}
	if steps := pathAt(d, to); slices.ContainsFunc(steps[:to.Index], func(before Step) bool { return before.ID == id }) {
		to.Index-- // the step itself leaves a place before
	}
	rest, err := Remove(d, id)
	if err != nil {
		return Definition{}, err
	}
	return Insert(rest, to, s)
}

// MoveAside returns d with the step moved by so many exits of the step that its path belongs to, as far as they go.
func MoveAside(d Definition, id string, by int) (Definition, error) {
	at, ok := PlaceOf(d, id)
	if !ok {
		return Definition{}, missing(id)
	}
	parent, _ := Find(d, at.Parent)
	exits := parent.Exits()
	to := slices.Index(exits, at.Branch) + by
	if at.Parent == "" || to < 0 || to >= len(exits) {
		return d, nil
	}
	at.Branch = exits[to]
	at.Index = min(at.Index, len(parent.Path(at.Branch)))
	return Move(d, id, at)
}

// Duplicate returns d with a copy of the step behind it, and the id of the copy. All steps of the copy have new ids.
func Duplicate(d Definition, id string) (Definition, string, error) {
	path, i := locate(&d.Steps, id)
	if path == nil {
		return Definition{}, "", missing(id)
	}
	copied := cloneSteps((*path)[i : i+1])
	eachStep(copied, func(s *Step) { s.ID = "" })
	to, _ := PlaceOf(d, id)
	to.Index++
	d, err := Insert(d, to, copied[0])
	if err != nil {
		return Definition{}, "", err
	}
	assignIDs(d.Steps)
	return d, pathAt(d, to)[to.Index].ID, nil
}

// PlaceOf returns where a step is: moving it there leaves it where it is.
func PlaceOf(d Definition, id string) (Place, bool) {
	return placeWithin(d.Steps, Place{}, id)
}

func placeWithin(steps []Step, at Place, id string) (Place, bool) {
	for i := range steps {
		s := &steps[i]
		if at.Index = i; s.ID == id {
			return at, true
		}
		for _, exit := range s.Exits() {
			if found, ok := placeWithin(s.Path(exit), Place{Parent: s.ID, Branch: exit}, id); ok {
				return found, true
			}
		}
	}
	return Place{}, false
}

// contains reports whether a step is s or lies on one of its paths.
func contains(s *Step, id string) bool {
	found := false
	eachStep([]Step{*s}, func(inside *Step) { found = found || inside.ID == id })
	return found
}

func pathAt(d Definition, at Place) []Step {
	if path := pathOf(&d, at); path != nil {
		return *path
	}
	return nil
}

func placeGone() error {
	return desk.Errorf(desk.NotFound, "The place for this step is gone. Choose another one.")
}

// StepTypes lists every type of step, in the order that a builder offers them.
func StepTypes() []StepType {
	return []StepType{
		UpdateTicket, If, Wait, SendReply, AddNote, AssignInTurn, Notify, Webhook, GetTicket, SetVariable, Stop,
	}
}

// NewStep returns a step of a type with an id that d does not have yet. Its fields are what
// most people want; an if-step has one branch with one blank condition.
func NewStep(d Definition, t StepType) (Step, error) {
	s := Step{Type: t, ID: freeID(d)}
	switch t {
	case GetTicket:
		s.Get = &GetTicketStep{TicketID: EventTicket, Output: "ticket"}
	case UpdateTicket:
		s.Update = &UpdateTicketStep{TicketID: EventTicket}
	case If:
		s.If = &IfStep{Branches: []Branch{NewBranch()}}
	case Wait:
		s.Wait = &WaitStep{For: "1d"}
	case SendReply, AddNote:
		s.Message = &MessageStep{TicketID: EventTicket}
	case Notify:
		s.Notify = &NotifyStep{TicketID: EventTicket}
	case Webhook:
		s.Webhook = &WebhookStep{Method: "POST"}
	case AssignInTurn:
		s.Assign = &AssignStep{TicketID: EventTicket, Mode: RoundRobin}
	case SetVariable:
		s.Variable = &VariableStep{}
	case Stop:
		s.Stop = &StopStep{}
	default:
		return Step{}, desk.Errorf(desk.Invalid, "%q is not a type of step.", string(t))
	}
	return s, nil
}

// EventTicket is the template that names the ticket of the event.
const EventTicket = "{event.properties.ticket_id}"

// NewBranch returns a branch with one blank condition, since an empty group never matches.
func NewBranch() Branch { return Branch{When: Group{All: []Clause{NewClause()}}} }

// NewClause returns a condition that is still to be filled in.
func NewClause() Clause { return Clause{Condition: Condition{Op: Equals}} }

func missing(id string) error {
	return desk.Errorf(desk.NotFound, "The step %q is gone. Somebody may have deleted it.", id)
}

// freeID returns the first of s1, s2 … that no step has, as Parse does.
func freeID(d Definition) string {
	for n := 1; ; n++ {
		id := fmt.Sprintf("s%d", n)
		if _, taken := Find(d, id); !taken {
			return id
		}
	}
}

func pathOf(d *Definition, at Place) *[]Step {
	if at.Parent == "" {
		return &d.Steps
	}
	path, i := locate(&d.Steps, at.Parent)
	if path == nil {
		return nil
	}
	return (*path)[i].path(at.Branch)
}
