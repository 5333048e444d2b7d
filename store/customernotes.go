package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// CustomerNote is a note about a customer, for the team alone, or what the team did about them.
type CustomerNote struct {
	ID       desk.ID
	Customer int64
	Kind     desk.CustomerDeed
	AuthorID int64
	Author   string
	Body     string
	At       time.Time
}

// family are a customer and all who were merged into them.
const family = `
	WITH RECURSIVE family (id) AS (
		SELECT id FROM customers WHERE team_id = ? AND id = ?
		UNION ALL
		SELECT c.id FROM family JOIN customers c ON c.merged_into = family.id)`

// CustomerNotes returns up to limit notes about a customer of the team and those merged into them, newest first.
func (s *Store) CustomerNotes(ctx context.Context, team, customer int64, limit int) ([]CustomerNote, error) {
	var rows []struct {
		ID        desk.ID           `db:"public_id"`
		Customer  int64             `db:"customer_id"`
		Kind      desk.CustomerDeed `db:"kind"`
		AuthorID  int64             `db:"author_id"`
		Author    string            `db:"author_name"`
		Body      string            `db:"body"`
		CreatedAt micros            `db:"created_at"`
	}
	err := list(ctx, s.db, &rows, family+`
		SELECT public_id, customer_id, kind, author_id, author_name, body, created_at
		FROM customer_notes
		WHERE team_id = ? AND customer_id IN (SELECT id FROM family)
		ORDER BY id DESC
		LIMIT ?`, team, customer, team, limit)
	if err != nil {
		return nil, fmt.Errorf("list notes of customer %d: %w", customer, err)
	}
	notes := make([]CustomerNote, len(rows))
	for i, r := range rows {
		notes[i] = CustomerNote{r.ID, r.Customer, r.Kind, r.AuthorID, r.Author, r.Body, time.Time(r.CreatedAt)}
	}
	return notes, nil
}

// AddCustomerNote keeps a note about the team's customer.
func (s *Store) AddCustomerNote(ctx context.Context, by desk.Actor, team int64, customer desk.ID, body string) error {
	if err := desk.CheckCustomerNote(body); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		c, err := s.lockCustomer(ctx, tx, team, customer)
		if err != nil {
			return err
		}
		return s.noteDown(ctx, tx, by, team, CustomerNote{Customer: c.ID, Kind: desk.CustomerNoted, Body: strings.TrimSpace(body)})
	})
}

// noteDown adds an entry to the page of a customer.
func (s *Store) noteDown(ctx context.Context, tx *tx, by desk.Actor, team int64, n CustomerNote) error {
	_, err := tx.exec(ctx, `
		INSERT INTO customer_notes (public_id, team_id, customer_id, kind, author_id, author_name, body, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, s.newID(), team, n.Customer, string(n.Kind), by.ID, by.Name, n.Body, s.now())
	if err != nil {
		return fmt.Errorf("insert note about customer %d: %w", n.Customer, err)
	}
	return nil
}

// DeleteCustomerNote deletes a note of the actor's own. What the team did cannot be deleted.
func (s *Store) DeleteCustomerNote(ctx context.Context, by desk.Actor, team int64, id desk.ID) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		var author int64
		err := get(ctx, tx, &author, `
			SELECT author_id
			FROM customer_notes
			WHERE team_id = ? AND public_id = ? AND kind = ?`, team, id, string(desk.CustomerNoted))
		if noRows(err) {
			return desk.Errorf(desk.NotFound, "There is no such note in this team.")
		}
		if err != nil {
			return fmt.Errorf("find note %s: %w", id, err)
		}
		if author != by.ID {
			return desk.Errorf(desk.Forbidden, "This note is somebody else's. Only who wrote it can delete it.")
		}
		if _, err := tx.exec(ctx, `DELETE FROM customer_notes WHERE public_id = ?`, id); err != nil {
			return fmt.Errorf("delete note %s: %w", id, err)
		}
		return nil
	})
}
