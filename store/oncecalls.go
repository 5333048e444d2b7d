package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// onceFor is how long a key of a call stands for that call alone.
const onceFor = 24 * time.Hour

// onceIDs are the ids that the event of a call with a key has if it comes on the day of now, or came the day before. They
// come of the address too, which is secret: nobody else can know or take them.
func onceIDs(token, key string, now time.Time) (today, yesterday desk.ID) {
	of := func(day int64) (id desk.ID) {
		sum := sha256.Sum256(fmt.Appendf(nil, "%d\x00%s\x00%s", day, token, key))
		copy(id[:], sum[:])
		id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // a UUID of version 8
		return id
	}
	day := now.Unix() / int64(onceFor/time.Second)
	return of(day), of(day - 1)
}

// calledBefore reports whether one of the events is there and not yet too old.
func calledBefore(ctx context.Context, tx *tx, now time.Time, today, yesterday desk.ID) (bool, error) {
	var found int
	err := get(ctx, tx, &found, `
		SELECT COUNT(*)
		FROM events
		WHERE public_id IN (?, ?) AND created_at > ?`, today, yesterday, now.Add(-onceFor))
	if err != nil {
		return false, fmt.Errorf("look for the same call: %w", err)
	}
	return found > 0, nil
}
