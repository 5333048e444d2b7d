package handlers

import (
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// route is an address, who may use it and what answers.
type route struct {
	method, pattern string
	may             desk.Permission
	answer          web.Handler
}

// table holds every address that asks for a signed-in member.
func (h *Handlers) table() []route {
	const get, post = http.MethodGet, http.MethodPost
	routes := []route{
		{get, "/", desk.AnswerTickets, h.home},
		{get, "/events", desk.AnswerTickets, h.live},
		{get, "/views", desk.AnswerTickets, h.viewCounts},
		{post, "/logout", desk.AnswerTickets, h.logout},
		{post, "/team", desk.AnswerTickets, h.switchTeam},

		{get, "/tickets", desk.AnswerTickets, h.listTickets},
		{post, "/tickets/bulk", desk.AnswerTickets, h.changeMany},
		{get, "/tickets/{number}", desk.AnswerTickets, h.showTicket},
		{get, "/tickets/{number}/why", desk.AnswerTickets, h.whyNot},
		{post, "/tickets/{number}/read", desk.AnswerTickets, h.markRead},
		{get, "/tickets/{number}/messages", desk.AnswerTickets, h.showEarlier},
		{post, "/tickets/{number}/subject", desk.AnswerTickets, h.setField(subjectChange)},
		{post, "/tickets/{number}/status", desk.AnswerTickets, h.setField(statusChange)},
		{post, "/tickets/{number}/priority", desk.AnswerTickets, h.setField(priorityChange)},
		{post, "/tickets/{number}/assignee", desk.AnswerTickets, h.setField(assigneeChange)},
		{post, "/tickets/{number}/tags", desk.AnswerTickets, h.setField(tagsEdit)},
		{post, "/tickets/{number}/sla", desk.AnswerTickets, h.setField(slaChange)},
		{post, "/tickets/{number}/snooze", desk.AnswerTickets, h.setField(snoozeChange)},
		{post, "/tickets/{number}/run", desk.AnswerTickets, h.runOnTicket},

		{get, "/notifications", desk.AnswerTickets, h.listNotifications},
		{post, "/notifications/read", desk.AnswerTickets, h.readNotifications},
		{get, "/deliveries", desk.ManageWorkflows, h.listDeliveries},
		{get, "/deliveries/{id}", desk.ManageWorkflows, h.showDelivery},
		{post, "/deliveries/{id}/retry", desk.ManageWorkflows, h.retryDelivery},

		{get, "/components", desk.AnswerTickets, h.showComponents},

		{get, "/settings", desk.ManageTeam, h.settings},
		{get, "/settings/team", desk.ManageTeam, h.showTeam},
		{post, "/settings/team", desk.ManageTeam, h.addMember},
		{post, "/settings/team/{user}/remove", desk.ManageTeam, h.removeMember},
		{get, "/settings/roles", desk.ManageTeam, h.showRoles},
		{post, "/settings/roles", desk.ManageTeam, h.addRole},
		{post, "/settings/roles/{role}/members", desk.ManageTeam, h.addRoleMember},
		{post, "/settings/roles/{role}/members/{user}/remove", desk.ManageTeam, h.removeRoleMember},
	}
	return slices.Concat(
		routes, h.workflowTable(), h.viewTable(), h.searchTable(), h.presenceTable(), h.replyTable(), h.macroTable(),
		h.bulkTable(), h.fileTable(), h.relationTable(), h.customerTable(), h.historyTable(), h.tokenTable(),
		h.widgetTable(),
	)
}

func (h *Handlers) router() chi.Router {
	r := chi.NewRouter()
	r.NotFound(h.errors.NotFound)
	r.MethodNotAllowed(h.errors.MethodNotAllowed)
	r.Use(h.errors.SameOrigin, h.Sessions.Load(h.errors))

	add := func(method, pattern string, answer web.Handler) {
		r.Method(method, pattern, h.errors.Handle(answer))
		if method == http.MethodGet {
			r.Head(pattern, h.errors.Handle(answer)) // net/http leaves out the body
		}
	}
	add(http.MethodGet, "/login", h.showLogin)
	add(http.MethodPost, "/login", h.login)
	add(http.MethodGet, "/setup", h.showSetup)
	add(http.MethodPost, "/setup", h.setup)
	for _, route := range h.table() {
		add(route.method, route.pattern, h.asMember(route.may, route.answer))
	}
	for _, route := range h.uploadTable() {
		add(route.method, route.pattern, h.asUploader(route.may, route.answer))
	}
	return r
}

func (h *Handlers) home(w http.ResponseWriter, r *http.Request) error {
	web.Redirect(w, r, views.TicketsPath(""))
	return nil
}
