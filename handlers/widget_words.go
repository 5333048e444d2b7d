package handlers

import (
	"net/http"
	"slices"

	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// wordsLanguage is the language that the address names, English unless it does.
func wordsLanguage(r *http.Request) (desk.Language, error) {
	language := desk.Language(r.URL.Query().Get("language"))
	if language == "" {
		return desk.Languages()[0], nil
	}
	if !slices.Contains(desk.Languages(), language) {
		return "", desk.Errorf(desk.NotFound, "The widget does not speak this language. Choose one of its six.")
	}
	return language, nil
}

func (h *Handlers) showWidgetWords(w http.ResponseWriter, r *http.Request) error {
	language, err := wordsLanguage(r)
	if err != nil {
		return err
	}
	widget, err := h.Store.Widget(r.Context(), h.member(r).TeamID)
	if err != nil {
		return err
	}
	return h.wordsPage(w, r, http.StatusOK, views.WordsPage{Language: language, Form: widgetForm{}.shown(widget)})
}

func (h *Handlers) saveWidgetWords(w http.ResponseWriter, r *http.Request) error {
	language, err := wordsLanguage(r)
	if err != nil {
		return err
	}
	again, status, err := h.saveForm(r, readWidgetForm(r))
	if err != nil {
		return err
	}
	if status != http.StatusSeeOther {
		return h.wordsPage(w, r, status, views.WordsPage{Language: language, Form: again})
	}
	return h.savedWidget(w, r, views.WidgetWordsIn(language))
}

func (h *Handlers) wordsPage(w http.ResponseWriter, r *http.Request, status int, page views.WordsPage) error {
	var err error
	if page.Shell, err = h.widgetShell(w, r); err != nil {
		return err
	}
	if page.Preview, err = h.previewOf(r, page.Form.Values); err != nil {
		return err
	}
	page.Own = map[desk.Language]int{}
	for _, language := range desk.Languages() {
		for _, key := range desk.WidgetTexts() {
			if page.Form.Values[desk.TextChoice(language, key)] != "" {
				page.Own[language]++
			}
		}
	}
	return web.Render(w, r, status, views.WidgetWords(page))
}
