package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/google/uuid"

	"signalbox/store"
)

// Scratch is the place of a new, empty PostgreSQL database for measurements, and how it is dropped. Its error says how to
// name a server when none is named.
func Scratch(ctx context.Context) (c store.Config, drop func(context.Context) error, err error) {
	server := os.Getenv(variable)
	if server == "" {
		return c, nil, fmt.Errorf("set %s to a PostgreSQL server on which databases may be made", variable)
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return c, nil, fmt.Errorf("open PostgreSQL: %w", err)
	}
	name := "signalbox_scratch_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if _, err := admin.ExecContext(ctx, `CREATE DATABASE `+name); err != nil {
		return c, nil, errors.Join(fmt.Errorf("make database: %w", err), admin.Close())
	}
	drop = func(ctx context.Context) error {
		_, err := admin.ExecContext(ctx, `DROP DATABASE `+name+` WITH (FORCE)`)
		return errors.Join(err, admin.Close())
	}
	c.Database, err = databaseOn(server, name)
	return c, drop, err
}
