package desk

// ActorKind says what sort of thing acts on a ticket.
type ActorKind string

// The actors of spec/1.
const (
	ByAgent    ActorKind = "agent"    // a member of the team, signed in
	ByCustomer ActorKind = "customer" // the person who asks, through any door
	ByWorkflow ActorKind = "workflow" // a step of a published workflow
	ByAPI      ActorKind = "api"      // a program with a token
	BySystem   ActorKind = "system"   // the clock
)

// Actor is whoever makes a change; every change has one.
type Actor struct {
	Kind ActorKind
	// ID is the user of an agent, the customer of a customer, the token of an API call; 0 otherwise.
	ID int64
	// Name is shown in the history: a later rename does not rewrite the past.
	Name string
	// Step is set when Kind is ByWorkflow.
	Step StepRef
}

// StepRef names the step of a run that acts.
type StepRef struct {
	WorkflowID int64
	Version    int
	RunID      ID
	StepID     string
	Alert      bool // an alert started the run: the deadlines that it sets raise none
}

// Agent is the actor for a signed-in user.
func Agent(id int64, name string) Actor { return Actor{Kind: ByAgent, ID: id, Name: name} }

// System is the actor for what the clock does.
func System() Actor { return Actor{Kind: BySystem, Name: "Signalbox"} }

// emits reports whether a field that this actor changed becomes an event. What workflows and
// programs do never does: this is what keeps a workflow from starting itself (spec/1, no infinite loops).
func (a Actor) emits() bool { return a.Kind == ByAgent || a.Kind == BySystem }
