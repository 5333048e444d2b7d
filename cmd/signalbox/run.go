package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/kong"
)

// Env is all that the program takes from the process that it runs in.
type Env struct {
	Args   []string // without the program's name
	Getenv func(string) string
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
}

// The exit codes (spec/7).
const (
	exitDone    = 0
	exitRefused = 1 // refused or failed
	exitUsage   = 2 // wrong usage
)

// commands is the command line: one field for each command.
type commands struct {
	JSON bool `name:"json" help:"Print one JSON object."`

	Serve    serveCommand    `cmd:"" default:"withargs" help:"Run the desk. This is what signalbox alone does."`
	Init     initCommand     `cmd:"" help:"Set up the first team and its admin without a browser."`
	Demo     demoCommand     `cmd:"" help:"Fill an empty desk with a demo team, its tickets and workflows."`
	Team     teamCommand     `cmd:"" help:"Add and list teams."`
	User     userCommand     `cmd:"" help:"Add, list and disable users; set their passwords."`
	Role     roleCommand     `cmd:"" help:"Add and list roles and their members."`
	Token    tokenCommand    `cmd:"" help:"Make, list, rotate and revoke the tokens of programs."`
	Widget   widgetCommand   `cmd:"" help:"Show and change the chat widget's settings."`
	Workflow workflowCommand `cmd:"" help:"List, export, validate and apply workflows."`
	Search   searchCommand   `cmd:"" help:"Make the index of the search anew."`
	Migrate  migrateCommand  `cmd:"" help:"Bring the database to this program's version; serve does it too."`
	Version  versionCommand  `cmd:"" help:"Print the program's version."`
	Help     helpCommand     `cmd:"" help:"Explain a command, its flags and variables."`
}

// run does what the arguments say and returns the exit code.
func run(ctx context.Context, env Env) int {
	var c commands
	helped := false
	parser, err := newParser(&c, env, func(int) { helped = true })
	if err != nil {
		return complain(env, exitUsage, err)
	}

	for _, arg := range env.Args {
		if !utf8.ValidString(arg) { // the parser would put � in its place
			return complain(env, exitUsage, fmt.Errorf("%q is not valid UTF-8 text", arg))
		}
	}
	parsed, err := parser.Parse(env.Args)
	if helped {
		return exitDone // --help was answered; what else is missing does not matter
	}
	if err != nil {
		return complain(env, exitUsage, fmt.Errorf("%w (see signalbox help)", err))
	}

	con := &console{Env: env, json: c.JSON, parser: parser}
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = parsed.Run(con)
	var wrong misuse
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &wrong):
		return complain(env, exitUsage, err)
	}
	return complain(env, exitRefused, err)
}

// misuse is wrong usage that only a command itself can see.
type misuse struct{ error }

func newParser(c *commands, env Env, exit func(int)) (*kong.Kong, error) {
	parser, err := kong.New(c,
		kong.Name("signalbox"),
		kong.Description("A self-hosted support desk whose tickets run themselves."),
		kong.Writers(env.Stdout, env.Stderr),
		kong.Exit(exit),
		kong.Resolvers(environment(env.Getenv)),
		kong.ValueFormatter(withVariable),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}))
	if err != nil {
		return nil, fmt.Errorf("set up the command line: %w", err)
	}
	return parser, nil
}

// complain writes the one line that explains a failure.
func complain(env Env, code int, err error) int {
	line := strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
	fmt.Fprintln(env.Stderr, "signalbox: "+line)
	return code
}
