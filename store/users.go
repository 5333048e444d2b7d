package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// NewUser is a person who shall belong to a team. PasswordHash is "" for one who cannot sign in with a password.
type NewUser struct {
	TeamID       int64
	Email, Name  string
	Admin        bool
	PasswordHash string
	OnlyNew      bool // refuses an email that signs in here already: an admin of one team has no say over others' users
}

// Credentials are what signing in is checked against.
type Credentials struct {
	User         desk.User
	PasswordHash string
}

type userRow struct {
	ID           int64  `db:"id"`
	Email        string `db:"email"`
	Name         string `db:"name"`
	Disabled     bool   `db:"disabled"`
	PasswordHash string `db:"password_hash"`
}

func (r userRow) user() desk.User {
	return desk.User{ID: r.ID, Email: r.Email, Name: r.Name, Disabled: r.Disabled}
}

const userColumns = `id, email, name, disabled, password_hash`

func (u NewUser) clean() (NewUser, error) {
	var err error
	if u.Email, err = cleanEmail(u.Email); err != nil {
		return u, err
	}
	u.Name, err = cleanName("name", u.Name)
	return u, err
}

// AddUser makes a user and a member of the team. Whoever has that email already joins the team
// with the name and password that they have; in this team already they are a Conflict.
func (s *Store) AddUser(ctx context.Context, u NewUser) (int64, error) {
	u, err := u.clean()
	if err != nil {
		return 0, err
	}
	var id int64
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockTeam(ctx, tx, u.TeamID); err != nil {
			return err
		}
		var err error
		id, err = s.addUser(ctx, tx, u)
		return err
	})
	if err != nil {
		return 0, err
	}
	return id, nil
}

func (s *Store) addUser(ctx context.Context, tx *tx, u NewUser) (int64, error) {
	member, err := isMember(ctx, tx, u)
	if err != nil {
		return 0, err
	}
	if member {
		return 0, desk.Errorf(desk.Conflict, "%s is in this team already.", u.Email)
	}

	id, err := tx.insert(ctx, `
		INSERT INTO users (email, name, password_hash, created_at)
		VALUES (?, ?, ?, ?)
		ON CONFLICT (email) DO NOTHING
		RETURNING id`, u.Email, u.Name, u.PasswordHash, s.now())
	if noRows(err) && u.OnlyNew {
		return 0, desk.Errorf(desk.Conflict,
			"%s signs in to this server already. Its operator lets them join the team with: signalbox user add.", u.Email)
	}
	if noRows(err) {
		err = get(ctx, tx, &id, `SELECT id FROM users WHERE email = ?`, u.Email)
	}
	if err != nil {
		return 0, fmt.Errorf("insert user: %w", err)
	}
	_, err = tx.exec(ctx, `INSERT INTO members (team_id, user_id, admin) VALUES (?, ?, ?)`, u.TeamID, id, u.Admin)
	if err != nil {
		return 0, fmt.Errorf("insert member: %w", err)
	}
	return id, bumpRules(ctx, tx, u.TeamID)
}

func isMember(ctx context.Context, tx *tx, u NewUser) (bool, error) {
	var member bool
	err := get(ctx, tx, &member, `
		SELECT EXISTS (
			SELECT 1
			FROM members m JOIN users u ON u.id = m.user_id
			WHERE m.team_id = ? AND u.email = ?)`, u.TeamID, u.Email)
	if err != nil {
		return false, fmt.Errorf("look for member: %w", err)
	}
	return member, nil
}

// UserByEmail returns the user whose address this is, in any case of letters.
func (s *Store) UserByEmail(ctx context.Context, email string) (desk.User, error) {
	c, err := s.Credentials(ctx, email)
	return c.User, err
}

// Credentials returns what signing in is checked against; an unknown address is NotFound.
func (s *Store) Credentials(ctx context.Context, email string) (Credentials, error) {
	unknown := desk.Errorf(desk.NotFound, "There is no user with that email address.")
	email, err := cleanEmail(email)
	if err != nil {
		return Credentials{}, unknown
	}

	var row userRow
	err = get(ctx, s.db, &row, `SELECT `+userColumns+` FROM users WHERE email = ?`, email)
	if noRows(err) {
		return Credentials{}, unknown
	}
	if err != nil {
		return Credentials{}, fmt.Errorf("read user by email: %w", err)
	}
	return Credentials{User: row.user(), PasswordHash: row.PasswordHash}, nil
}

// SetPassword changes the password and ends all sessions of the user: whoever knew the old one is out.
func (s *Store) SetPassword(ctx context.Context, user int64, hash string) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		n, err := tx.exec(ctx, `UPDATE users SET password_hash = ? WHERE id = ?`, hash, user)
		if err != nil {
			return fmt.Errorf("set password of user %d: %w", user, err)
		}
		if n == 0 {
			return errNoUser()
		}
		return endSessions(ctx, tx, user)
	})
}

func errNoUser() error { return desk.Errorf(desk.NotFound, "There is no such user.") }
