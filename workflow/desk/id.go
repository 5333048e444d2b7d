package desk

import (
	"database/sql/driver"
	"encoding/hex"
	"fmt"
)

// ID is a UUID, the id that the outside sees. The zero ID stands for none.
type ID [16]byte

// ParseID reads the 36-character form in either case; anything else is an Invalid Error.
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return ID{}, Errorf(Invalid, "%q is not a UUID.", Cut(s, 40))
	}
	digits := s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	if _, err := hex.Decode(id[:], []byte(digits)); err != nil {
		return ID{}, Errorf(Invalid, "%q is not a UUID.", s)
	}
	return id, nil
}

// IsZero reports whether id stands for none.
func (id ID) IsZero() bool { return id == ID{} }

func (id ID) String() string {
	var b [36]byte
	hex.Encode(b[:8], id[:4])
	hex.Encode(b[9:13], id[4:6])
	hex.Encode(b[14:18], id[6:8])
	hex.Encode(b[19:23], id[8:10])
	hex.Encode(b[24:], id[10:])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}

// MarshalText makes an ID its 36-character form in JSON, the zero ID the empty text.
func (id ID) MarshalText() ([]byte, error) {
	if id.IsZero() {
		return nil, nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (id *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = ID{}
		return nil
	}
	parsed, err := ParseID(string(b))
	*id = parsed
	return err
}

// Value stores an ID as its 16 bytes, which both databases take for their column type, and the zero ID as NULL.
func (id ID) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id[:], nil
}

// Scan reads 16 bytes (SQLite), the 36-character form (PostgreSQL) or NULL.
func (id *ID) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*id = ID{}
		return nil
	case []byte:
		if len(v) == len(id) {
			copy(id[:], v)
			return nil
		}
		return id.scanText(v)
	case string:
		return id.scanText([]byte(v))
	}
	return fmt.Errorf("scan %T into desk.ID", src)
}

// scanText cuts the chain of errors: an id that is stored wrongly is our fault, not Invalid input.
func (id *ID) scanText(text []byte) error {
	if err := id.UnmarshalText(text); err != nil {
		return fmt.Errorf("scan stored id: %v", err) //nolint:errorlint // see above
	}
	return nil
}
