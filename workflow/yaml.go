package workflow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"signalbox/workflow/desk"
)

// ParseYAML reads the native format written as YAML 1.2, as strictly as Parse reads it as JSON. A value without
// quotes is what the core schema makes of it, so yes, no and on are text.
func ParseYAML(data []byte) (Definition, error) {
	root, err := readYAML(data)
	if err != nil {
		return Definition{}, err
	}
	return definitionOf(root)
}

// readYAML reads one YAML document of nothing but objects, lists and values, as readTree does JSON.
func readYAML(data []byte) (_ tree, err error) {
	if len(data) > maxFile {
		return nil, errFileTooLarge(len(data))
	}
	if !utf8.Valid(data) || bytes.ContainsRune(data, 0) {
		return nil, desk.Errorf(desk.Invalid, "The workflow file is not valid UTF-8 text, or has a NUL byte in it. Save it again in that encoding.")
	}
	defer func() {
		// The parser is of others and the file of a stranger: its panic must end this file alone.
		if cause := recover(); cause != nil {
			err = desk.Errorf(desk.Invalid, "The workflow file is not YAML that can be read (%v).", cause)
		}
	}()
	tokens := lexer.Tokenize(string(data))
	if err := checkTokens(tokens); err != nil {
		return nil, err
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, notYAML(err)
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil, desk.Errorf(desk.Invalid, "The workflow file is empty.")
	}
	return yamlTree(file.Docs[0].Body, 0)
}

func errFileTooLarge(bytes int) error {
	return desk.Errorf(desk.TooLarge, "The workflow file has %d bytes; the limit is %d. Split it into several workflows.", bytes, maxFile)
}

// notYAML says what the parser found, without the piece of the file that it would draw.
func notYAML(err error) error {
	var found yaml.Error
	if errors.As(err, &found) && found.GetToken() != nil {
		return refuseToken(found.GetToken(), "this is not YAML: %s", found.GetMessage())
	}
	return desk.Errorf(desk.Invalid, "The workflow file is not YAML that can be read.")
}

func refuseToken(t *token.Token, format string, args ...any) error {
	return desk.Errorf(desk.Invalid, "line %d: %s", t.Position.Line, fmt.Sprintf(format, args...))
}

func yamlTree(n ast.Node, depth int) (tree, error) {
	if n == nil {
		return nil, nil
	}
	if depth > maxBraces {
		return nil, refuseToken(n.GetToken(), "the workflow is nested more than %d levels deep", maxNesting)
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		return yamlObject(n.Values, depth)
	case *ast.MappingValueNode:
		return yamlObject([]*ast.MappingValueNode{n}, depth)
	case *ast.SequenceNode:
		out := []tree{}
		for _, item := range n.Values {
			v, err := yamlTree(item, depth+1)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	case *ast.LiteralNode:
		return yamlText(n.GetToken(), n.Value.Value)
	case ast.ScalarNode:
		return yamlScalar(n.GetToken())
	}
	return nil, refuseToken(n.GetToken(), "a %s is not part of a workflow", strings.ToLower(n.Type().String()))
}

func yamlObject(entries []*ast.MappingValueNode, depth int) (tree, error) {
	o := &fields{values: map[string]tree{}}
	for _, entry := range entries {
		key := entry.Key.GetToken()
		if _, ok := entry.Key.(ast.ScalarNode); !ok || key.Type == token.MergeKeyType {
			return nil, refuseToken(key, "the name of a field must be text")
		}
		name, err := yamlText(key, key.Value)
		if err != nil {
			return nil, err
		}
		if _, twice := o.values[name]; twice {
			return nil, refuseToken(key, "field %q is given twice", name)
		}
		v, err := yamlTree(entry.Value, depth+1)
		if err != nil {
			return nil, err
		}
		o.names = append(o.names, name)
		o.values[name] = v
	}
	return o, nil
}

func yamlText(t *token.Token, s string) (string, error) {
	if strings.ContainsRune(s, 0) {
		return "", refuseToken(t, "the text contains a NUL byte")
	}
	return s, nil
}

// The numbers of YAML's core schema (YAML 1.2.2, 10.3.2).
var (
	yamlNumber = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
	yamlOctal  = regexp.MustCompile(`^0o[0-7]+$`)
	yamlHex    = regexp.MustCompile(`^0x[0-9a-fA-F]+$`)
	yamlNoJSON = regexp.MustCompile(`^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$`)
)

// yamlScalar types a value by its text: the library also knows numbers that are text in YAML 1.2, such as 1_000.
func yamlScalar(t *token.Token) (tree, error) {
	if t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType {
		return yamlText(t, t.Value)
	}
	switch s := t.Value; {
	case s == "", s == "~", s == "null", s == "Null", s == "NULL":
		return nil, nil
	case s == "true", s == "True", s == "TRUE":
		return true, nil
	case s == "false", s == "False", s == "FALSE":
		return false, nil
	case yamlNumber.MatchString(s):
		return plainNumber(json.Number(strings.TrimPrefix(s, "+"))), nil
	case yamlOctal.MatchString(s), yamlHex.MatchString(s):
		if i, err := strconv.ParseInt(s, 0, 64); err == nil {
			return i, nil
		}
		return nil, refuseToken(t, "%.40q is too large a number", s)
	case yamlNoJSON.MatchString(s):
		return nil, refuseToken(t, "%q is not a number that a workflow can use", s)
	default:
		return yamlText(t, s)
	}
}
