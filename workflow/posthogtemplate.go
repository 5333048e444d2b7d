package workflow

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// hogPath is all of Hog, PostHog's language, that a template here can say.
var hogPath = regexp.MustCompile(`^(event\.(event|timestamp|distinct_id|properties(\.[A-Za-z0-9_$]+)+)|variables(\.[A-Za-z0-9_$]+)+)$`)

// errBackslash: Hog knows more of them than a template here, and only in text with expressions.
var errBackslash = errors.New(`a backslash that is not before a brace cannot be carried over`)

// fromHog makes a template of PostHog's one of ours.
func (im *importer) fromHog(s string) (string, error) {
	if !strings.Contains(s, "{") {
		return s, nil
	}
	var out strings.Builder
	for s != "" {
		at := strings.IndexAny(s, `\{`)
		if at < 0 {
			break
		}
		out.WriteString(s[:at])
		s = s[at:]
		switch {
		case strings.HasPrefix(s, `\{`):
			out.WriteString(`\{`)
			s = s[2:]
		case s[0] == '\\':
			return "", errBackslash
		default:
			inner, rest, closed := strings.Cut(s[1:], "}")
			inner = strings.TrimSpace(inner)
			if !closed || !hogPath.MatchString(inner) {
				return "", fmt.Errorf("the Hog expression {%.60s} cannot be carried over", inner)
			}
			path, err := im.fromHogPath(inner)
			if err != nil {
				return "", err
			}
			out.WriteString("{" + path + "}")
			s = rest
		}
	}
	out.WriteString(s)
	return out.String(), nil
}

func (im *importer) fromHogPath(path string) (string, error) {
	if key, ok := strings.CutPrefix(path, "variables."); ok {
		return im.variable(key)
	}
	return path, nil
}

// toHog makes a template of ours one of PostHog's.
func toHog(s string) (string, error) {
	parts, err := splitTemplate(s)
	if err != nil {
		return "", err
	}
	if !strings.Contains(s, "{") {
		return s, nil
	}
	var out strings.Builder
	for i := range parts {
		p := &parts[i]
		if !p.expr {
			if strings.Contains(p.text, `\`) {
				return "", errBackslash
			}
			out.WriteString(strings.ReplaceAll(p.text, "{", `\{`))
			continue
		}
		path := strings.Join(append([]string{string(p.path.root)}, p.path.keys...), ".")
		switch {
		case len(p.filters) > 0:
			return "", fmt.Errorf("PostHog does not know the filter %s", p.filters[0].name)
		case !hogPath.MatchString(path):
			return "", fmt.Errorf("PostHog does not know {%.60s}", path)
		}
		out.WriteString("{" + path + "}")
	}
	return out.String(), nil
}
