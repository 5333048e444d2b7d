package main

import (
	"context"

	"signalbox/store"
	"signalbox/workflow/desk"
)

type migrateCommand struct {
	dataFlags
	Check bool `help:"Change nothing; exit code 1 says that there is something to do."`
}

type migrated struct {
	From   int64  `json:"from"`
	To     int64  `json:"to"`
	Backup string `json:"backup,omitempty"`
}

// Run migrates the database, or says whether it needs it.
func (c *migrateCommand) Run(ctx context.Context, con *console) error {
	if err := c.exists(); err != nil {
		return err
	}
	config := store.Config{Dir: c.Data, Database: c.Database}
	if c.Check {
		from, to, err := store.Pending(ctx, config)
		if err != nil {
			return err
		}
		if from != to {
			return desk.Errorf(desk.Conflict, "The database is at version %d of %d. Run signalbox migrate.", from, to)
		}
		return con.say(migrated{From: from, To: to}, "The database is at version %d, the newest.", to)
	}

	done, err := store.Migrate(ctx, config)
	if err != nil {
		return err
	}
	result := migrated{From: done.From, To: done.To, Backup: done.Backup}
	if done.From == done.To {
		return con.say(result, "The database is at version %d, the newest.", done.To)
	}
	if done.Backup != "" && !con.json {
		return con.say(nil, "The database went from version %d to %d. A copy from before is %s.", done.From, done.To, done.Backup)
	}
	return con.say(result, "The database went from version %d to %d.", done.From, done.To)
}
