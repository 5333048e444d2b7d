package workflow

import (
	"github.com/goccy/go-yaml/token"

	"signalbox/workflow/desk"
)

// Limits of a YAML file, beside those of any workflow file. The parser keeps the path of every value as a text of
// its own and goes down by recursion, so a small file could take all memory: names, depth and their product are
// looked at before it sees them.
const (
	maxYAMLTokens = 200_000
	maxYAMLName   = 64        // bytes of a field's name; the longest of ours has 24
	maxYAMLFields = 200       // of one object, for which the parser takes time in their square; ours have fewer
	maxYAMLColumn = 1_000     // where a list's dash or a field's name may begin
	maxYAMLPaths  = 4_000_000 // levels above each token, summed up
)

// block is an object or list that is open outside of brackets.
type block struct{ column, fields int }

// checkTokens refuses what a workflow has no use for, which is also all that can make a small file large.
func checkTokens(tokens token.Tokens) error {
	if len(tokens) > maxYAMLTokens {
		return desk.Errorf(desk.TooLarge, "The workflow file has too many values. Split it into several workflows.")
	}
	var c tokenCheck
	for _, t := range tokens {
		if err := c.check(t); err != nil {
			return err
		}
		if c.paths > maxYAMLPaths {
			return refuseToken(t, "the workflow is nested too deep for its size")
		}
	}
	return nil
}

// tokenCheck goes through the tokens of a file.
type tokenCheck struct {
	flow    int // how many [ and { are open
	paths   int
	started bool // there was something of the first document
	blocks  []block
}

func (c *tokenCheck) check(t *token.Token) error {
	c.paths += c.flow
	if c.flow == 0 {
		c.paths += t.Position.Column / 2
	}
	switch t.Type {
	case token.CommentType, token.SpaceType:
		return nil
	case token.DocumentHeaderType:
		if c.started {
			return refuseToken(t, "there is a second document. Put one workflow into a file")
		}
	case token.SequenceStartType, token.MappingStartType:
		if c.flow++; c.flow > maxBraces {
			return refuseToken(t, "the workflow is nested more than %d levels deep", maxNesting)
		}
	case token.SequenceEndType, token.MappingEndType:
		c.flow--
	case token.SequenceEntryType:
		return c.column(t)
	case token.MappingValueType:
		return c.name(t.Prev)
	default:
		if what := unwanted(t.Type); what != "" {
			return refuseToken(t, "%s are not used in workflow files: write what is meant in full", what)
		}
	}
	c.started = true
	return nil
}

// unwanted names the features of YAML that are refused, "" for the others.
func unwanted(t token.Type) string {
	switch t {
	case token.AnchorType:
		return "anchors (&name)"
	case token.AliasType:
		return "aliases (*name)"
	case token.MergeKeyType:
		return "merge keys (<<)"
	case token.TagType:
		return "tags (!name)"
	case token.DirectiveType:
		return "directives (%name)"
	case token.MappingKeyType:
		return "complex names (? name)"
	}
	return ""
}

func (c *tokenCheck) name(t *token.Token) error {
	c.started = true
	if t == nil {
		return nil
	}
	if len(t.Value) > maxYAMLName {
		return refuseToken(t, "unknown field %.40q", t.Value)
	}
	return c.column(t)
}

// column finds the block that a dash or a name belongs to.
func (c *tokenCheck) column(t *token.Token) error {
	c.started = true
	at := t.Position.Column
	switch {
	case c.flow > 0:
		return nil
	case at > maxYAMLColumn:
		return refuseToken(t, "the workflow is nested more than %d levels deep", maxNesting)
	}
	for len(c.blocks) > 0 && c.blocks[len(c.blocks)-1].column > at {
		c.blocks = c.blocks[:len(c.blocks)-1]
	}
	if len(c.blocks) == 0 || c.blocks[len(c.blocks)-1].column < at {
		c.blocks = append(c.blocks, block{column: at})
	}
	if t.Type == token.SequenceEntryType {
		return nil
	}
	last := &c.blocks[len(c.blocks)-1]
	if last.fields++; last.fields > maxYAMLFields {
		return refuseToken(t, "unknown field %.40q", t.Value)
	}
	return nil
}
