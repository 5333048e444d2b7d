package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// Macro is a macro with its place in the team.
type Macro struct {
	workflow.Macro

	PublicID  desk.ID // zero: it is not saved yet
	OwnerID   int64   // the user whose own it is, 0: shared by the team
	Shortcut  string  // lower-case letters, digits, _ and -; "" for none
	UpdatedAt time.Time
}

const macroColumns = `public_id, owner_id, name, shortcut, body, private, steps, updated_at`

type macroRow struct {
	PublicID  desk.ID `db:"public_id"`
	OwnerID   int64   `db:"owner_id"`
	Name      string  `db:"name"`
	Shortcut  string  `db:"shortcut"`
	Body      string  `db:"body"`
	Private   bool    `db:"private"`
	Steps     string  `db:"steps"`
	UpdatedAt micros  `db:"updated_at"`
}

func (r *macroRow) macro() (Macro, error) {
	m := Macro{
		PublicID: r.PublicID, OwnerID: r.OwnerID, Shortcut: r.Shortcut, UpdatedAt: time.Time(r.UpdatedAt),
		Macro: workflow.Macro{Name: r.Name, Body: r.Body, Private: r.Private},
	}
	var d workflow.Definition
	if err := json.Unmarshal([]byte(r.Steps), &d); err != nil {
		return Macro{}, fmt.Errorf("read macro %s: %w", r.PublicID, err)
	}
	for i := range d.Steps {
		if u := d.Steps[i].Update; u != nil {
			m.Update = *u
			m.Update.TicketID = "" // it is the one that the macro is used on
		}
	}
	return m, nil
}

// Macros returns up to limit macros that a member may use and that match a text: first those whose shortcut or name
// begins with it, then by name. The member's own come before shared ones of the same name.
func (s *Store) Macros(ctx context.Context, by desk.Member, text string, limit int) ([]Macro, error) {
	var rows []macroRow // at most twice MaxMacros
	err := list(ctx, s.quick, &rows, `
		SELECT `+macroColumns+`
		FROM macros
		WHERE team_id = ? AND owner_id IN (0, ?)
		ORDER BY name_key, owner_id DESC`, by.TeamID, by.ID)
	if err != nil {
		return nil, fmt.Errorf("list macros of team %d: %w", by.TeamID, err)
	}
	text = strings.ToLower(strings.TrimSpace(text))
	rows = slices.DeleteFunc(rows, func(r macroRow) bool { return r.rank(text) == 0 })
	slices.SortStableFunc(rows, func(a, b macroRow) int { return cmp.Compare(a.rank(text), b.rank(text)) })

	macros := make([]Macro, min(len(rows), limit))
	for i := range macros {
		if macros[i], err = rows[i].macro(); err != nil {
			return nil, err
		}
	}
	return macros, nil
}

// rank is how well a macro matches a lower-case text, 1 best, 0 not at all.
func (r *macroRow) rank(text string) int {
	name := strings.ToLower(r.Name)
	switch {
	case text == "" || strings.HasPrefix(r.Shortcut, text):
		return 1
	case strings.HasPrefix(name, text):
		return 2
	case strings.Contains(name, text) || strings.Contains(r.Shortcut, text):
		return 3
	}
	return 0
}

// Macro returns a macro that the member may use, or a NotFound desk.Error.
func (s *Store) Macro(ctx context.Context, by desk.Member, id desk.ID) (Macro, error) {
	return findMacro(ctx, s.db, by, id)
}

func findMacro(ctx context.Context, q queryer, by desk.Member, id desk.ID) (Macro, error) {
	var row macroRow
	err := get(ctx, q, &row, `
		SELECT `+macroColumns+`
		FROM macros
		WHERE public_id = ? AND team_id = ? AND owner_id IN (0, ?)`, id, by.TeamID, by.ID)
	if noRows(err) {
		return Macro{}, desk.ErrNoMacro
	}
	if err != nil {
		return Macro{}, fmt.Errorf("read macro %s: %w", id, err)
	}
	return row.macro()
}

// DeleteMacro removes a macro that the member may change.
func (s *Store) DeleteMacro(ctx context.Context, by desk.Member, id desk.ID) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		m, err := findMacro(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if err := by.CheckMacroOwner(m.OwnerID); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `DELETE FROM macros WHERE public_id = ? AND team_id = ?`, id, by.TeamID); err != nil {
			return fmt.Errorf("delete macro %s: %w", id, err)
		}
		return nil
	})
}
