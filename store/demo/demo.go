// Package demo fills an empty desk with an invented team and two months of its tickets, through the store's
// own commands. It refuses a desk that has users, and the same start gives the same story.
package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
	"signalbox/workflow/gallery"
)

// What the demo's people sign in with.
const (
	AdminEmail = "ada@example.com"
	Password   = "signalbox-demo"
)

const teamName = "Harbor Support"

// Desk is an open store whose time is the story's, and what the story needs beside it.
type Desk struct {
	Store        *store.Store
	Clock        *Clock // the one in the store's Config
	PasswordHash string // of Password
}

// Filled says what Fill made.
type Filled struct {
	TeamID      int64
	WidgetToken string
	Emails      []string // of the users; the first is the admin's
	Tickets     int
}

// Fill tells the story up to now. A desk that has users is a Conflict.
func (d *Desk) Fill(ctx context.Context, now time.Time) (Filled, error) {
	has, err := d.Store.HasUsers(ctx)
	if err != nil {
		return Filled{}, err
	}
	if has {
		return Filled{}, desk.Errorf(desk.Conflict, "This desk has users already. Choose an empty data folder for the demo.")
	}

	d.Clock.set(now.AddDate(0, 0, -storyDays).Add(-time.Hour))
	filled, cast, err := d.people(ctx)
	if err != nil {
		return Filled{}, fmt.Errorf("add the demo's people: %w", err)
	}
	if err := d.workflows(ctx, filled.TeamID, cast[0]); err != nil {
		return Filled{}, fmt.Errorf("install the demo's workflows: %w", err)
	}
	if err := d.macros(ctx, filled.TeamID, cast[0]); err != nil {
		return Filled{}, fmt.Errorf("keep the demo's macros: %w", err)
	}
	acts, err := write(now, cast)
	if err != nil {
		return Filled{}, err
	}
	filled.Tickets, err = d.play(ctx, filled.TeamID, acts, now)
	return filled, err
}

// member is a colleague who has a place in the database.
type member struct {
	colleague
	id int64
}

func (m member) actor() desk.Actor { return desk.Agent(m.id, m.name) }

func (d *Desk) people(ctx context.Context) (Filled, []member, error) {
	all := colleagues()
	made, err := d.Store.Setup(ctx, store.NewDesk{
		Team: teamName, AdminEmail: all[0].email, AdminName: all[0].name, PasswordHash: d.PasswordHash,
	})
	if err != nil {
		return Filled{}, nil, err
	}
	filled := Filled{TeamID: made.TeamID, WidgetToken: made.WidgetToken, Emails: []string{all[0].email}}

	cast := []member{{all[0], made.UserID}}
	for _, c := range all[1:] {
		id, err := d.Store.AddUser(ctx, store.NewUser{
			TeamID: made.TeamID, Email: c.email, Name: c.name, PasswordHash: d.PasswordHash,
		})
		if err != nil {
			return Filled{}, nil, err
		}
		cast = append(cast, member{c, id})
		filled.Emails = append(filled.Emails, c.email)
	}
	return filled, cast, d.roles(ctx, made.TeamID, cast)
}

func (d *Desk) roles(ctx context.Context, team int64, cast []member) error {
	for _, name := range roleNames() {
		role, err := d.Store.AddRole(ctx, team, name)
		if err != nil {
			return err
		}
		for _, m := range cast {
			if !slices.Contains(m.roles, name) {
				continue
			}
			if err := d.Store.AddRoleMember(ctx, team, role, m.id); err != nil {
				return err
			}
		}
	}
	return nil
}

// switchedOn are the workflows of the gallery that the demo's team uses. The others stay drafts: they would
// undo what these do, or each other.
func switchedOn() []string {
	return []string{
		"Set SLA based on priority", "Open when team replies", "Reopen when customer replies",
		"Auto-tag by email domain", "Full SLA workflow",
	}
}

func (d *Desk) workflows(ctx context.Context, team int64, admin member) error {
	templates, err := gallery.All()
	if err != nil {
		return err
	}
	on := switchedOn()
	for _, template := range templates {
		w, err := d.Store.CreateWorkflow(ctx, admin.actor(), team, template.Definition)
		if err != nil {
			return err
		}
		if !slices.Contains(on, w.Name) {
			continue
		}
		if _, err := d.Store.Publish(ctx, admin.actor(), team, store.Revision{ID: w.PublicID, Rev: w.DraftRev}); err != nil {
			return err
		}
	}
	return nil
}
