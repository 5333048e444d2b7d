package views

import (
	"net/url"

	"signalbox/workflow/desk"
)

// ViewsPath answers with the counts of the side bar; a POST saves a view.
const ViewsPath = "/views"

// SavedViewsPath is the page of all saved views.
const SavedViewsPath = ViewsPath + "/all"

// ViewCountsPath is the fragment of the side bar while view is open.
func ViewCountsPath(view string) string {
	if view == "" {
		return ViewsPath
	}
	return withQuery(ViewsPath, url.Values{"view": {view}}.Encode())
}

// ViewPath is a default or a saved view of the inbox, or with "" the bare inbox.
func ViewPath(view string) string {
	if view == "" {
		return TicketsPath("")
	}
	return TicketsPath(url.Values{"view": {view}}.Encode())
}

// EditViewPath takes a POST with the name, shared and the query, of which what is absent stays.
func EditViewPath(id desk.ID) string { return ViewsPath + "/" + id.String() }

// ViewDo takes a POST: delete, pin, unpin, up or down.
func ViewDo(id desk.ID, verb string) string { return EditViewPath(id) + "/" + verb }
