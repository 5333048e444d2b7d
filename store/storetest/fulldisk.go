package storetest

import (
	"context"
	"testing"

	"signalbox/store"
)

// FillDisk makes the writes of store.CheckWrite fail as on a full disk, with "no room left", until room is made.
func FillDisk(t *testing.T, c store.Config) (makeRoom func()) {
	t.Helper()
	d, err := openDirect(c)
	if err != nil {
		t.Fatal(err)
	}

	fill := []string{`CREATE TRIGGER full_disk BEFORE INSERT ON secrets BEGIN SELECT RAISE(ABORT, 'no room left'); END`}
	empty := []string{`DROP TRIGGER IF EXISTS full_disk`}
	if c.Database != "" {
		fill = []string{
			`CREATE OR REPLACE FUNCTION full_disk() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room left'; END $$`,
			`CREATE TRIGGER full_disk BEFORE INSERT ON secrets FOR EACH ROW EXECUTE FUNCTION full_disk()`,
		}
		empty = []string{`DROP FUNCTION IF EXISTS full_disk CASCADE`}
	}
	run := func(statements []string) {
		for _, statement := range statements {
			if _, err := d.ExecContext(context.Background(), statement); err != nil {
				t.Errorf("%s: %v", statement, err)
			}
		}
	}
	run(fill)
	makeRoom = func() { run(empty) }
	t.Cleanup(func() { // another test gets the same database
		makeRoom()
		_ = d.Close()
	})
	return makeRoom
}
