package main

import (
	"context"
	"time"

	"signalbox/store"
	"signalbox/web"
)

// storedSessions lets package web keep its sessions in a store, which may not know package web.
type storedSessions struct{ store *store.Store }

var _ web.Sessions = storedSessions{}

func (s storedSessions) LoadSession(ctx context.Context, hash []byte) (web.SessionRecord, error) {
	row, err := s.store.LoadSession(ctx, hash)
	return web.SessionRecord(row), err
}

func (s storedSessions) CreateSession(ctx context.Context, r web.SessionRecord) error {
	return s.store.CreateSession(ctx, store.SessionRow(r))
}

func (s storedSessions) UpdateSession(ctx context.Context, r web.SessionRecord) error {
	return s.store.UpdateSession(ctx, store.SessionRow(r))
}

func (s storedSessions) TouchSession(ctx context.Context, hash []byte, lastSeen, expires time.Time) error {
	return s.store.TouchSession(ctx, hash, lastSeen, expires)
}

func (s storedSessions) DeleteSession(ctx context.Context, hash []byte) error {
	return s.store.DeleteSession(ctx, hash)
}
