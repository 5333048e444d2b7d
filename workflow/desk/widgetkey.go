package desk

import "regexp"

// PostHogKeyField is what forms and refusals call the key of a PostHog project.
const PostHogKeyField = "posthog_key"

var postHogKey = regexp.MustCompile(`^[A-Za-z0-9_-]{8,100}$`)

// CheckPostHogKey refuses what cannot be the key of a PostHog project. "" is none.
func CheckPostHogKey(key string) error {
	if key == "" || postHogKey.MatchString(key) {
		return nil
	}
	return FieldErrorf(PostHogKeyField,
		"%q is not the key of a PostHog project. Copy the first argument of posthog.init: 8 to 100 letters, digits, _ and -.", Cut(key, maxWidgetLine))
}
