package views

import (
	"net/url"
	"strconv"

	"signalbox/workflow/desk"
)

// DeliveriesPath lists what went out, or is to go out.
const DeliveriesPath = "/deliveries"

// DeliveriesInPath lists those of one state, "" for all, that are older than the ID before, 0 for the newest.
func DeliveriesInPath(state DeliveryState, before int64) string {
	query := url.Values{}
	if state != "" {
		query.Set("state", string(state))
	}
	if before != 0 {
		query.Set("before", strconv.FormatInt(before, 10))
	}
	return withQuery(DeliveriesPath, query.Encode())
}

// DeliveryPath is one delivery with its attempts.
func DeliveryPath(id desk.ID) string { return DeliveriesPath + "/" + id.String() }

// DeliveryRetryPath takes a POST.
func DeliveryRetryPath(id desk.ID) string { return DeliveryPath(id) + "/retry" }

// NotificationsPath lists the notices of the member who is signed in.
const NotificationsPath = "/notifications"

// OlderNotificationsPath lists those that are older than the ID before.
func OlderNotificationsPath(before int64) string {
	return withQuery(NotificationsPath, url.Values{"before": {number(before)}}.Encode())
}

// NotificationsReadPath takes a POST with the ID of the newest notice that was seen.
const NotificationsReadPath = NotificationsPath + "/read"
