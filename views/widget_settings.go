package views

import (
	"net/url"
	"strconv"
	"strings"

	"signalbox/views/ui"
	"signalbox/workflow/desk"
)

// The pages of the widget's settings; a POST saves what is on them.
const (
	SettingsWidgetPath   = "/settings/widget"
	WidgetWordsPath      = SettingsWidgetPath + "/words"
	WidgetInstallPath    = SettingsWidgetPath + "/install"
	WidgetIdentityPath   = SettingsWidgetPath + "/identity"
	WidgetTokenPath      = SettingsWidgetPath + "/token"   // takes a POST that makes a new token
	WidgetSitePath       = SettingsWidgetPath + "/site"    // takes a POST that checks an address
	WidgetColorPath      = SettingsWidgetPath + "/color"   // takes a POST that measures a colour
	WidgetPreviewPath    = SettingsWidgetPath + "/preview" // the page of the frame; a POST answers what it shows
	widgetSettingsStyles = "widgetsettings.css"
)

// WidgetWordsIn is the page of one language's words.
func WidgetWordsIn(language desk.Language) string {
	return WidgetWordsPath + "?" + url.Values{"language": {string(language)}}.Encode()
}

// WidgetStyles and WidgetScripts are what the pages of the widget's settings load beside the usual.
func WidgetStyles() []string { return []string{widgetSettingsStyles} }

// WidgetScripts see WidgetStyles.
func WidgetScripts() []string { return []string{"widgetsettings.js"} }

// WidgetForm is what a form of settings shows, and what it was given and refused.
type WidgetForm struct {
	Values  map[string]string
	Seen    string // the values as they are on the desk, in JSON: what comes back untouched is not saved
	Problem string
	Field   string // whose problem it is, "" for no one field's
}

func (f WidgetForm) bad(name string) string {
	if f.Field == name {
		return f.Problem
	}
	return ""
}

func (f WidgetForm) on(name string) bool { return f.Values[name] == "on" }

// ColorCheck is a colour of the widget, and how well it is seen.
type ColorCheck struct {
	Color, Ink string // as SVG has them
	InkName    string
	InkRatio   string
	Pages      []PageContrast
	Problem    string
}

func (c ColorCheck) ink() ui.Badge {
	return ui.Badge{Text: c.InkName + " text on it " + c.InkRatio, Icon: "check", Tone: ui.Good}
}

// PageContrast is how well a button is seen on a page of some kind.
type PageContrast struct {
	Page, Ratio string
	Weak        bool
}

func (p PageContrast) badge() ui.Badge {
	if p.Weak {
		return ui.Badge{Text: "Hard to see on " + p.Page + " " + p.Ratio, Icon: "triangle-alert", Tone: ui.Warn}
	}
	return ui.Badge{Text: "On " + p.Page + " " + p.Ratio, Icon: "check", Tone: ui.Good}
}

const usualColor = "#2b5bd7" // of the embed

// CheckColor measures a colour, or the widget's own for "".
func CheckColor(text string) ColorCheck {
	if text = strings.TrimSpace(text); text == "" {
		text = usualColor
	}
	color, err := desk.ParseColor(text)
	if err != nil {
		return ColorCheck{Problem: err.Error()}
	}
	check := ColorCheck{Color: text, Ink: "#ffffff", InkName: "White", InkRatio: ratio(color.Contrast(color.Ink()))}
	if color.Ink() == (desk.Color{}) {
		check.Ink, check.InkName = "#000000", "Black"
	}
	for _, page := range []struct {
		name  string
		color desk.Color
	}{{"a white page", desk.Color{R: 255, G: 255, B: 255}}, {"a dark page", desk.Color{R: 19, G: 20, B: 24}}} {
		contrast := color.Contrast(page.color)
		check.Pages = append(check.Pages, PageContrast{Page: page.name, Ratio: ratio(contrast), Weak: contrast < desk.LeastContrast})
	}
	return check
}

// ratio cuts rather than rounds: 4.49 is not 4.5.
func ratio(contrast float64) string {
	return strconv.FormatFloat(float64(int(contrast*10))/10, 'f', 1, 64) + " : 1"
}

// SiteCheck answers whether a page may show the widget.
type SiteCheck struct {
	Address string // as it was pasted
	Asked   bool
	Allowed bool
	Rule    string // that allows it, "" when every site may
	Problem string // why it cannot be checked
}

// ContactURL is the page for customers without the widget, or without scripts.
func ContactURL(desk, token string) string { return desk + ContactPath(token) }

// sdkCode is how a site with posthog-js uses this desk.
func (p InstallPage) sdkCode() string {
	imports, name := "import posthog from 'posthog-js'\n", p.Token
	if !p.Chat {
		imports += "import 'posthog-js/dist/conversations'\n"
	}
	if p.Key != "" {
		name = p.Key
	}
	return imports + `
posthog.init('` + name + `', {
  api_host: '` + p.URL + `',
})`
}

func languageName(l desk.Language) string {
	switch l {
	case desk.AutoLanguage:
		return "The visitor’s own"
	case "en":
		return "English"
	case "de":
		return "Deutsch"
	case "fr":
		return "Français"
	case "es":
		return "Español"
	case "pt":
		return "Português"
	case "ar":
		return "العربية"
	}
	return string(l)
}

// direction is how the language is written, for fields that show its words.
func direction(l desk.Language) string {
	if l == "ar" {
		return "rtl"
	}
	return "ltr"
}
