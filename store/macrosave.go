package store

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

var macroShortcut = regexp.MustCompile(`^[\p{Ll}\p{Lo}\p{N}_-]*$`)

// SaveMacro keeps a new macro, or changes the one of its id, and returns its id. Names and shortcuts are unique among
// the macros of one owner; users and roles are looked for in the team as it is in the transaction.
func (s *Store) SaveMacro(ctx context.Context, by desk.Member, m Macro) (desk.ID, error) {
	if err := m.clean(); err != nil {
		return desk.ID{}, err
	}
	if err := by.CheckMacroOwner(m.OwnerID); err != nil {
		return desk.ID{}, err
	}
	id := m.PublicID
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockTeam(ctx, tx, by.TeamID); err != nil {
			return err
		}
		directory, err := s.directory(ctx, tx, by.TeamID)
		if err != nil {
			return err
		}
		checked := m // the closure may run twice
		if checked.Macro, err = m.Checked(directory); err != nil {
			return err
		}
		if err := checkMacroFree(ctx, tx, by.TeamID, &checked); err != nil {
			return err
		}
		if !m.PublicID.IsZero() {
			return s.updateMacro(ctx, tx, by, &checked)
		}
		id, err = s.insertMacro(ctx, tx, by, &checked)
		return err
	})
	return id, err
}

// clean trims what people type and holds its limits.
func (m *Macro) clean() error {
	name, err := cleanName("name", m.Name)
	if err != nil {
		return err
	}
	if n := len([]rune(name)); n > desk.MaxMacroName {
		return desk.FieldErrorf("name", "The name has %d characters; the limit is %d. Shorten it.", n, desk.MaxMacroName)
	}
	m.Name = name
	m.Shortcut = strings.ToLower(strings.Trim(strings.TrimSpace(m.Shortcut), "/"))
	if !macroShortcut.MatchString(m.Shortcut) || len([]rune(m.Shortcut)) > desk.MaxMacroShortcut {
		return desk.FieldErrorf("shortcut", "%q cannot be a shortcut. Use up to %d letters, digits, _ and -.", shorten(m.Shortcut), desk.MaxMacroShortcut)
	}
	return desk.CheckText("body", m.Body)
}

// checkMacroFree keeps names and shortcuts apart, and holds the limit of new ones.
func checkMacroFree(ctx context.Context, tx *tx, team int64, m *Macro) error {
	var others []macroRow
	err := list(ctx, tx, &others, `
		SELECT `+macroColumns+`
		FROM macros
		WHERE team_id = ? AND owner_id = ?`, team, m.OwnerID)
	if err != nil {
		return fmt.Errorf("list macros of team %d: %w", team, err)
	}
	others = slices.DeleteFunc(others, func(o macroRow) bool { return o.PublicID == m.PublicID })
	if len(others) >= desk.MaxMacros {
		return desk.Errorf(desk.Invalid, "There are %d macros, which is the limit. Delete one first.", len(others))
	}
	for i := range others {
		switch o := &others[i]; {
		case strings.EqualFold(o.Name, m.Name):
			return desk.Errorf(desk.Conflict, "There is a macro of the name %q already. Choose another name.", o.Name)
		case m.Shortcut != "" && o.Shortcut == m.Shortcut:
			return desk.Errorf(desk.Conflict, "The shortcut /%s is that of %q. Choose another one.", m.Shortcut, o.Name)
		}
	}
	return nil
}

// steps are the changes as a workflow's; the text has a column of its own.
func (m *Macro) steps() (string, error) {
	changes := workflow.Macro{Name: "macro", Update: m.Update}
	text, err := json.Marshal(changes.Definition())
	if err != nil {
		return "", fmt.Errorf("encode macro: %w", err)
	}
	return string(text), nil
}

func (s *Store) insertMacro(ctx context.Context, tx *tx, by desk.Member, m *Macro) (desk.ID, error) {
	steps, err := m.steps()
	if err != nil {
		return desk.ID{}, err
	}
	id, now := s.newID(), s.now()
	_, err = tx.exec(ctx, `
		INSERT INTO macros (public_id, team_id, owner_id, name, name_key, shortcut, body, private, steps,
			created_by, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, by.TeamID, m.OwnerID, m.Name, strings.ToLower(m.Name), m.Shortcut, m.Body, m.Private, steps, by.ID, now, now)
	if err != nil {
		return desk.ID{}, fmt.Errorf("insert macro of team %d: %w", by.TeamID, err)
	}
	return id, nil
}

func (s *Store) updateMacro(ctx context.Context, tx *tx, by desk.Member, m *Macro) error {
	steps, err := m.steps()
	if err != nil {
		return err
	}
	old, err := findMacro(ctx, tx, by, m.PublicID)
	if err != nil {
		return err
	}
	if err := by.CheckMacroOwner(old.OwnerID); err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE macros
		SET owner_id = ?, name = ?, name_key = ?, shortcut = ?, body = ?, private = ?, steps = ?, updated_at = ?
		WHERE public_id = ? AND team_id = ?`,
		m.OwnerID, m.Name, strings.ToLower(m.Name), m.Shortcut, m.Body, m.Private, steps, s.now(), m.PublicID, by.TeamID)
	if err != nil {
		return fmt.Errorf("update macro %s: %w", m.PublicID, err)
	}
	return nil
}
