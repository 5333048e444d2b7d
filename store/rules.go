package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// rules are what the engine needs of a team, as of one version of it. They are never changed.
type rules struct {
	version         int64
	directory       *workflow.Directory
	all             []workflow.Workflow                    // enabled and muted ones, in the admin's order
	byEvent         map[desk.EventName][]workflow.Workflow // the same
	countsCustomers bool                                   // some workflow asks how often a customer wrote
}

// rulesCache keeps the rules of each team until the team's version moves.
type rulesCache struct {
	mu    sync.Mutex
	teams map[int64]*rules
}

func (c *rulesCache) get(team, version int64) *rules {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r := c.teams[team]; r != nil && r.version == version {
		return r
	}
	return nil
}

func (c *rulesCache) put(team int64, r *rules) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.teams == nil {
		c.teams = map[int64]*rules{}
	}
	c.teams[team] = r
}

// rules returns the team's rules as of this transaction: commands and other processes change
// workflows beside the server, so the version is read each time.
func (s *Store) rules(ctx context.Context, tx *tx, team int64) (*rules, error) {
	version, err := rulesVersion(ctx, tx, team)
	if err != nil {
		return nil, err
	}
	if r := s.cache.get(team, version); r != nil {
		return r, nil
	}
	r, err := s.loadRules(ctx, tx, team)
	if err != nil {
		return nil, err
	}
	r.version = version
	tx.after(func() { s.cache.put(team, r) }) // what this transaction, or one before it in the batch, wrote may yet be rolled back
	return r, nil
}

// latestRules returns the team's rules for reading alone, outside of a transaction.
func (s *Store) latestRules(ctx context.Context, team int64) (*rules, error) {
	version, err := rulesVersion(ctx, s.quick, team)
	if err != nil {
		return nil, err
	}
	if r := s.cache.get(team, version); r != nil {
		return r, nil
	}
	r, err := s.loadRules(ctx, s.quick, team)
	if err != nil {
		return nil, err
	}
	r.version = version
	unmoved, err := rulesVersion(ctx, s.quick, team)
	if err == nil && unmoved == version { // all statements saw the same rules
		s.cache.put(team, r)
	}
	return r, err
}

func rulesVersion(ctx context.Context, q queryer, team int64) (int64, error) {
	var version int64
	err := get(ctx, q, &version, `SELECT rules_version FROM teams WHERE id = ?`, team)
	if noRows(err) {
		return 0, errNoTeam()
	}
	if err != nil {
		return 0, fmt.Errorf("read rules version of team %d: %w", team, err)
	}
	return version, nil
}

func (s *Store) loadRules(ctx context.Context, q queryer, team int64) (*rules, error) {
	directory, err := s.directory(ctx, q, team)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		ID         int64   `db:"id"`
		PublicID   desk.ID `db:"public_id"`
		Version    int     `db:"version"`
		Position   int     `db:"position"`
		Name       string  `db:"name"`
		Definition string  `db:"definition"`
		Tripped    bool    `db:"tripped"`
		Muted      bool    `db:"muted"`
	}
	// A muted version comes before the live one, so that both see the ticket as it was.
	err = list(ctx, q, &rows, `
		SELECT w.id, w.public_id, v.version, w.position, w.name, v.definition, w.tripped_at IS NOT NULL AS tripped,
			v.version = w.shadow_version AS muted
		FROM workflows w
		JOIN workflow_versions v ON v.workflow_id = w.id
		WHERE w.team_id = ? AND w.deleted = ?
			AND (v.version = w.version AND w.enabled = ? OR v.version = w.shadow_version)
		ORDER BY w.position, w.id, muted DESC`, team, false, true)
	if err != nil {
		return nil, fmt.Errorf("load workflows of team %d: %w", team, err)
	}
	r := &rules{directory: directory, byEvent: make(map[desk.EventName][]workflow.Workflow)}
	for _, row := range rows {
		w := workflow.Workflow{
			ID: row.ID, PublicID: row.PublicID, TeamID: team, Version: row.Version, Position: row.Position,
			Tripped: row.Tripped && !row.Muted, Muted: row.Muted,
		}
		w.Sum = sha256.Sum256([]byte(row.Definition))
		if err := json.Unmarshal([]byte(row.Definition), &w.Definition); err != nil {
			w.Definition, w.Broken = anyEvent(row.Name), fmt.Sprintf("Version %d cannot be read: %v", row.Version, err)
		}
		r.add(w)
		r.countsCustomers = r.countsCustomers || strings.Contains(row.Definition, "customer_ticket_count_7d")
	}
	return r, nil
}

// anyEvent stands in for a definition that cannot be read: its runs fail, at every event since nobody knows at which,
// and those of the other workflows go on.
func anyEvent(name string) workflow.Definition {
	d := workflow.Definition{Name: name}
	for _, e := range desk.EventNames() {
		d.Trigger.Events = append(d.Trigger.Events, workflow.EventTrigger{Event: e})
	}
	return d
}

// add files a workflow under each of its events.
func (r *rules) add(w workflow.Workflow) {
	r.all = append(r.all, w)
	for _, name := range w.Definition.Trigger.Names() {
		r.byEvent[name] = append(r.byEvent[name], w)
	}
}
