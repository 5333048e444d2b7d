package demo

// person is a customer of the demo.
type person struct {
	name, email, distinctID string
}

// colleague is a user of the demo's team.
type colleague struct {
	name, email string
	roles       []string
}

// Names and addresses are invented; the domains are those that the gallery's workflows look for, and reserved ones.

func colleagues() []colleague {
	return []colleague{
		{"Ada Lindqvist", AdminEmail, []string{"Support", "Senior Support"}},
		{"Ben Okafor", "ben@example.com", []string{"Support"}},
		{"Chloé Martin", "chloe@example.com", []string{"Support", "Billing"}},
		{"Dev Patel", "dev@example.com", []string{"Engineering"}},
		{"Elif Kaya", "elif@example.com", []string{"Support", "Senior Support"}},
		{"Felix Wagner", "felix@example.com", []string{"Engineering", "Billing"}},
	}
}

func roleNames() []string { return []string{"Support", "Engineering", "Senior Support", "Billing"} }

func firstNames() []string {
	return []string{
		"Amara", "Bruno", "Camille", "Daniel", "Esra", "Fatima", "Gustav", "Hana", "Ivan", "Jamila", "Kenji",
		"Lucía", "Mateo", "Nadia", "Oskar", "Priya", "Quentin", "Rosa", "Søren", "Tomás", "Uma", "Viktor",
		"Wanjiru", "Ximena", "Yusuf", "Zoë",
	}
}

func lastNames() []string {
	return []string{
		"Abe", "Bianchi", "Castillo", "Dubois", "Eriksen", "Fischer", "García", "Haddad", "Ito", "Janssen",
		"Kowalski", "Laine", "Müller", "Nguyen", "Ortiz", "Petrov", "Quinn", "Rossi", "Silva", "Tanaka",
	}
}

// domains are repeated as often as they shall be drawn.
func domains() []string {
	return []string{
		"bigcorp.com", "startup.io", "enterprise.com", "example.org", "example.org", "example.net", "example.net",
		"atelier.example", "nordlicht.example", "kitchen.example", "museum.example", "transit.example",
	}
}

func thanks() []string {
	return []string{
		"Perfect, thank you!", "That did it. Thanks for the quick help!", "Works again, many thanks.",
		"Great, that is all I needed.", "Brilliant, thank you so much 🙏", "Thanks, you can close this one.",
	}
}

func nudges() []string {
	return []string{
		"Is there any news on this?", "Hello, just checking in on this one.", "Any update? My colleagues are asking.",
		"Sorry to push, but we need this by tomorrow.",
	}
}
