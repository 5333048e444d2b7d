package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"

	"signalbox/workflow/desk"
)

// maxKeptTraits bounds what a verified customer's calls pile up.
const maxKeptTraits = 50

const signedCustomer = `team_id = ? AND distinct_id = ? AND verified`

// verifiedCustomer finds or makes the customer whose distinct id the site has signed. What a verified person tells
// of themselves is taken over; an empty name or address is no news. Anybody's claims never reach this record.
func (s *Store) verifiedCustomer(ctx context.Context, tx *tx, team int64, in CustomerInput) (desk.Customer, error) {
	c, err := s.verifiedRecord(ctx, tx, team, in)
	if err != nil {
		return desk.Customer{}, err
	}
	return takeOver(ctx, tx, c, in)
}

// verifiedRecord makes the record as in says where there is none. The team is locked, so that there is only one.
func (s *Store) verifiedRecord(ctx context.Context, tx *tx, team int64, in CustomerInput) (CustomerRecord, error) {
	c, err := findRecord(ctx, tx, signedCustomer, team, in.DistinctID)
	for err == nil && c.MergedInto != 0 { // ends: only customers that are not merged take others in
		c, err = findRecord(ctx, tx, `team_id = ? AND id = ?`, team, c.MergedInto)
	}
	if desk.IsKind(err, desk.NotFound) {
		made, err := s.insertCustomer(ctx, tx, team, in, true)
		return CustomerRecord{Customer: made, Traits: in.Traits, Verified: true}, err
	}
	return c, err
}

// takeOver saves what a customer tells of themselves where it is new.
func takeOver(ctx context.Context, tx *tx, c CustomerRecord, in CustomerInput) (desk.Customer, error) {
	now := c.Customer
	now.Name, now.Email = cmp.Or(in.Name, c.Name), cmp.Or(in.Email, c.Email)
	traits := mergedTraits(c.Traits, in.Traits)
	encoded, err := json.Marshal(traits)
	if err != nil {
		return desk.Customer{}, fmt.Errorf("encode traits: %w", err)
	}
	before, err := json.Marshal(c.Traits)
	if err != nil {
		return desk.Customer{}, fmt.Errorf("encode traits: %w", err)
	}
	if now == c.Customer && string(encoded) == string(before) {
		return now, nil
	}
	_, err = tx.exec(ctx, `UPDATE customers SET name = ?, email = ?, domain = ?, traits = ? WHERE id = ?`,
		now.Name, now.Email, desk.DomainOf(now.Email), string(encoded), c.ID)
	if err != nil {
		return desk.Customer{}, fmt.Errorf("update customer %d: %w", c.ID, err)
	}
	if now == c.Customer {
		return now, nil
	}
	return now, renamed(ctx, tx, c.ID)
}

// mergedTraits lets news win. Where both together are too many, only the news stay.
func mergedTraits(was, news map[string]any) map[string]any {
	merged := maps.Clone(was)
	if merged == nil {
		merged = make(map[string]any, len(news))
	}
	for key, value := range news {
		if value != nil {
			merged[key] = value
		}
	}
	if len(merged) > maxKeptTraits {
		return news
	}
	return merged
}
