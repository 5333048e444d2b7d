package main

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/alecthomas/kong"
)

type versionCommand struct{}

// build is what the build knows of itself.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Go       string `json:"go"`
}

func readBuild() build {
	v := build{Version: "unknown"}
	if info, ok := debug.ReadBuildInfo(); ok {
		v.Version, v.Go = info.Main.Version, info.GoVersion
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				v.Revision = setting.Value
			}
		}
	}
	return v
}

// Run prints it.
func (c *versionCommand) Run(con *console) error {
	v := readBuild()
	return con.say(v, "%s", strings.Join(strings.Fields(fmt.Sprintf("signalbox %s %s %s", v.Version, v.Revision, v.Go)), " "))
}

type helpCommand struct {
	Command []string `arg:"" optional:"" help:"The command; all of them without one."`
}

// Run prints what --help prints.
func (c *helpCommand) Run(con *console) error {
	trace, err := kong.Trace(con.parser, append(c.Command, "--help"))
	if err != nil {
		return fmt.Errorf("explain %s: %w", strings.Join(c.Command, " "), err)
	}
	if trace.Error != nil {
		return misuse{fmt.Errorf("there is no command %q: %w", strings.Join(c.Command, " "), trace.Error)}
	}
	return trace.PrintUsage(false)
}
