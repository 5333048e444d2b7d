// Package desk holds the nouns and the rules of tickets: the only way a ticket changes.
// It refuses to know databases, HTTP, workflows or the clock: it imports the standard library alone.
package desk
