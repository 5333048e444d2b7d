package workflow

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// filterName names what comes after a pipe.
type filterName string

// The filters of spec/2.
const (
	filterDefault  filterName = "default"  // for null and blank text
	filterUpper    filterName = "upper"    // null stays null
	filterLower    filterName = "lower"    // null stays null
	filterTruncate filterName = "truncate" // to a number of characters
	filterDate     filterName = "date"     // a Go layout and a zone; the zone defaults to the team's, then UTC
)

type filter struct {
	name     filterName
	fallback any
	length   int
	layout   string
	zone     *time.Location // nil: the team's
}

func compileFilter(s string) (filter, error) {
	name, rest, hasArgs := strings.Cut(s, ":")
	f := filter{name: filterName(strings.TrimSpace(name))}
	args, err := filterArguments(rest, hasArgs)
	if err != nil {
		return filter{}, err
	}
	switch f.name {
	case filterDefault:
		if len(args) == 1 {
			f.fallback = args[0]
			return f, nil
		}
		return filter{}, desk.Errorf(desk.Invalid, `The filter default needs one value, as in default: "nobody"`)
	case filterUpper, filterLower:
		if hasArgs {
			return filter{}, desk.Errorf(desk.Invalid, "The filter %s takes no value", f.name)
		}
		return f, nil
	case filterTruncate:
		if n, ok := only(args).(int64); ok && n >= 0 && n <= maxValue {
			f.length = int(n)
			return f, nil
		}
		return filter{}, desk.Errorf(desk.Invalid, "The filter truncate needs a number of characters, as in truncate: 80")
	case filterDate:
		return f.withDate(args)
	}
	return filter{}, desk.Errorf(desk.Invalid, "Unknown filter %.40q. Use default, upper, lower, truncate or date", f.name)
}

func (f filter) withDate(args []any) (filter, error) {
	bad := desk.Errorf(desk.Invalid, `The filter date needs a layout and may have a zone, as in date: "2006-01-02", "Europe/Berlin"`)
	if len(args) < 1 || len(args) > 2 {
		return filter{}, bad
	}
	layout, ok := args[0].(string)
	if !ok {
		return filter{}, bad
	}
	f.layout = layout
	if len(args) == 2 {
		name, ok := args[1].(string)
		zone, err := time.LoadLocation(name)
		if !ok || err != nil {
			return filter{}, desk.Errorf(desk.Invalid, "Unknown time zone %.60q. Use a name such as Europe/Berlin", textOf(args[1]))
		}
		f.zone = zone
	}
	return f, nil
}

func only(args []any) any {
	if len(args) != 1 {
		return nil
	}
	return args[0]
}

// filterArguments reads JSON scalars with commas between them.
func filterArguments(s string, given bool) ([]any, error) {
	if !given {
		return nil, nil
	}
	var out []any
	for _, piece := range splitOutsideQuotes(s, ',') {
		piece = strings.TrimSpace(piece)
		if n, err := strconv.ParseInt(piece, 10, 64); err == nil {
			out = append(out, n)
			continue
		}
		var v any
		if err := json.Unmarshal([]byte(piece), &v); err != nil || piece[0] == '{' || piece[0] == '[' {
			return nil, desk.Errorf(desk.Invalid, "%.60q is not a value for a filter. Put text in double quotes", piece)
		}
		out = append(out, v)
	}
	return out, nil
}

func (f *filter) apply(s *scope, v any) (any, error) {
	if f.name == filterDefault {
		if v == nil || v == "" {
			return f.fallback, nil
		}
		return v, nil
	}
	if v == nil {
		return nil, nil
	}
	switch f.name {
	case filterUpper:
		return strings.ToUpper(textOf(v)), nil
	case filterLower:
		return strings.ToLower(textOf(v)), nil
	case filterTruncate:
		return desk.Cut(textOf(v), f.length), nil
	case filterDate:
		return f.date(s, v)
	case filterDefault:
	}
	return v, nil
}

func (f *filter) date(s *scope, v any) (any, error) {
	at, ok := instantOf(v)
	if !ok {
		return nil, desk.Errorf(desk.Invalid, "%.60q is not a date. The filter date needs one.", textOf(v))
	}
	zone := f.zone
	if zone == nil {
		var err error
		if zone, err = time.LoadLocation(s.team.Timezone); err != nil {
			zone = time.UTC
		}
	}
	return at.In(zone).Format(f.layout), nil
}
