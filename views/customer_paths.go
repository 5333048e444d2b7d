package views

import (
	"net/url"
	"strconv"

	"signalbox/workflow/desk"
)

// CustomersPath looks for customers.
const CustomersPath = "/customers"

// CustomerPath is one customer.
func CustomerPath(id desk.ID) string { return CustomersPath + "/" + id.String() }

// CustomerNotesPath takes a POST with a note.
func CustomerNotesPath(id desk.ID) string { return CustomerPath(id) + "/notes" }

// CustomerNoteDeletePath takes a POST with the note's id.
func CustomerNoteDeletePath(id desk.ID) string { return CustomerNotesPath(id) + "/delete" }

// CustomerBlockPath takes a POST.
func CustomerBlockPath(id desk.ID) string { return CustomerPath(id) + "/block" }

// CustomerUnblockPath takes a POST.
func CustomerUnblockPath(id desk.ID) string { return CustomerPath(id) + "/unblock" }

// AddressesPath takes a POST with an email address.
func AddressesPath(id desk.ID) string { return CustomerPath(id) + "/addresses" }

// AddressRemovePath takes a POST with an email address.
func AddressRemovePath(id desk.ID) string { return AddressesPath(id) + "/remove" }

// CustomerMergePath is the page that merges a customer into another one; a POST does.
func CustomerMergePath(id desk.ID) string { return CustomerPath(id) + "/merge" }

// CustomerMergeIntoPath is CustomerMergePath with the other customer chosen.
func CustomerMergeIntoPath(id, into desk.ID) string {
	return withQuery(CustomerMergePath(id), url.Values{"into": {into.String()}}.Encode())
}

// CustomerMergeUndoPath takes a POST.
func CustomerMergeUndoPath(merge desk.ID) string {
	return "/customer-merges/" + merge.String() + "/undo"
}

// CompanyPath lists the customers of a company.
func CompanyPath(domain string) string { return "/companies/" + url.PathEscape(domain) }

// CompanyAfterPath is the page of CompanyPath after a customer.
func CompanyAfterPath(domain string, after int64) string {
	return CompanyPath(domain) + "?after=" + strconv.FormatInt(after, 10)
}
