package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"signalbox/workflow/desk"
)

// updateTicket writes the columns that differ: naming a column in an UPDATE makes SQLite write all its indexes
// anew, whatever the value.
func updateTicket(ctx context.Context, tx *tx, before, after *desk.Ticket) error {
	d := differences{}
	if err := d.compare(before, after); err != nil {
		return err
	}
	if len(d.columns) == 0 {
		return nil
	}
	_, err := tx.exec(ctx, `
		UPDATE tickets
		SET `+strings.Join(d.columns, `, `)+`
		WHERE id = ?`, append(d.values, after.ID)...)
	if err != nil {
		return fmt.Errorf("update ticket %d: %w", after.ID, err)
	}
	return nil
}

// differences are the columns of tickets that a change altered.
type differences struct {
	columns []string // each with its placeholder
	values  []any
}

func (d *differences) compare(a, b *desk.Ticket) error {
	differ(d, `subject = ?`, a.Subject, b.Subject)
	differ(d, `status = ?`, a.Status, b.Status)
	differ(d, `priority = ?`, a.Priority, b.Priority)
	differ(d, `assignee_kind = ?`, a.Assignee.Kind, b.Assignee.Kind)
	differ(d, `assignee_id = ?`, a.Assignee.ID, b.Assignee.ID)
	differ(d, `sla_due_at = ?`, a.SLADueAt, b.SLADueAt)
	differ(d, `sla_left = ?`, slaLeft(a), slaLeft(b))
	differ(d, `sla_stage = ?`, a.SLAStage, b.SLAStage)
	differ(d, `snoozed_until = ?`, a.SnoozedUntil, b.SnoozedUntil)
	differ(d, `snoozed_until_reply = ?`, a.SnoozedUntilReply, b.SnoozedUntilReply)
	differ(d, `message_count = ?`, a.MessageCount, b.MessageCount)
	differ(d, `last_message_at = ?`, a.LastMessageAt, b.LastMessageAt)
	differ(d, `last_message_text = ?`, a.LastMessageText, b.LastMessageText)
	differ(d, `unread_team = ?`, a.UnreadTeam, b.UnreadTeam)
	differ(d, `unread_customer = ?`, a.UnreadCustomer, b.UnreadCustomer)
	differ(d, `thread_at = ?`, a.ThreadAt, b.ThreadAt)
	differ(d, `first_response_at = ?`, a.FirstResponseAt, b.FirstResponseAt)
	differ(d, `last_resolved_at = ?`, a.LastResolvedAt, b.LastResolvedAt)
	differ(d, `updated_at = ?`, a.UpdatedAt, b.UpdatedAt)
	differ(d, `customer_id = ?`, a.Customer.ID, b.Customer.ID)
	differ(d, `merged_into = ?`, sql.NullInt64{Int64: a.MergedInto, Valid: a.MergedInto != 0}, sql.NullInt64{Int64: b.MergedInto, Valid: b.MergedInto != 0})
	if slices.Equal(a.Tags, b.Tags) {
		return nil
	}
	tags, err := json.Marshal(b.Tags)
	if err != nil {
		return fmt.Errorf("encode tags: %w", err)
	}
	d.columns, d.values = append(d.columns, `tags = ?`), append(d.values, string(tags))
	return nil
}

func differ[T comparable](d *differences, column string, before, after T) {
	if before != after {
		d.columns, d.values = append(d.columns, column), append(d.values, any(after))
	}
}

// slaLeft is the column of a paused clock: whole microseconds, NULL while it runs.
func slaLeft(t *desk.Ticket) sql.NullInt64 {
	return sql.NullInt64{Int64: t.SLALeft.Microseconds(), Valid: t.SLAPaused}
}

func saveTags(ctx context.Context, tx *tx, before, after *desk.Ticket) error {
	var had []string
	if before != nil {
		had = before.Tags
	}
	for _, tag := range after.Tags {
		if slices.Contains(had, tag) {
			continue
		}
		if _, err := tx.exec(ctx, `
			INSERT INTO ticket_tags (team_id, tag, ticket_id)
			VALUES (?, ?, ?)`, after.TeamID, tag, after.ID); err != nil {
			return fmt.Errorf("tag ticket %d: %w", after.ID, err)
		}
	}
	for _, tag := range had {
		if slices.Contains(after.Tags, tag) {
			continue
		}
		if _, err := tx.exec(ctx, `
			DELETE FROM ticket_tags
			WHERE team_id = ? AND tag = ? AND ticket_id = ?`, after.TeamID, tag, after.ID); err != nil {
			return fmt.Errorf("untag ticket %d: %w", after.ID, err)
		}
	}
	return nil
}
