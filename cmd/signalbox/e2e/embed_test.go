package e2e

import "testing"

// Everything that spec/4 says of our own embed, in a real browser, on a page of another origin.
func TestOurEmbed(t *testing.T) {
	t.Parallel()
	e := newEmbedSite(t)
	t.Run("stands on a hostile page, wide and narrow", e.standsOnAHostilePage)
	t.Run("is used with the keyboard alone", e.isUsedWithTheKeyboardAlone)
	t.Run("reads well to a screen reader", e.readsWellToAScreenReader)
	t.Run("is accessible in both themes", e.isAccessible)
	t.Run("reads from right to left", e.readsFromRightToLeft)
	t.Run("keeps drafts, and words that did not arrive", e.keepsWords)
	t.Run("shows what the server refuses, in its words", e.showsRefusals)
	t.Run("sends files and shows them", e.sendsFiles)
	t.Run("shows replies at once, and counts unread ones", e.isLive)
	t.Run("misses no reply while it reads", e.missesNothingWhileItReads)
	t.Run("asks who writes before the first message, if the team wants it", e.asksWhoWritesFirst)
	t.Run("warns when nothing can be kept", e.warnsWhenNothingCanBeKept)
	t.Run("says when somebody answers", e.saysWhenSomebodyAnswers)
	t.Run("asks for the email after the first message", e.asksForTheEmail)
	t.Run("keeps the conversations of two people apart", e.keepsPeopleApart)
	t.Run("keeps the conversations of somebody without proof apart", e.keepsThoseWithoutProofApart)
	t.Run("is quiet while a reply waits to be read", e.isQuietWhileAReplyWaits)
	t.Run("two tabs keep in step", e.keepsTabsInStep)
	t.Run("takes commands before it is there, and stands being loaded twice", e.takesCommands)
}
