package widget

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// linkLife is how long a link to a file works: one to two times this long. Within such a time it stays the same, so
// that browsers need not load a picture with each look at a thread.
const linkLife = time.Hour

// fileLinks makes addresses of files that need no further proof, since pictures and downloads send none. They end
// soon, with the widget, and when its token is renewed.
type fileLinks struct {
	key   []byte
	token string
	until time.Time
}

func (d *Door) fileLinks(ctx context.Context, w store.Widget) (*fileLinks, error) {
	key, err := d.Store.Secret(ctx, "widget-files", sha256.Size)
	if err != nil {
		return nil, err
	}
	return &fileLinks{key: key, token: w.Token, until: d.Now().Truncate(linkLife).Add(2 * linkLife)}, nil
}

func (l *fileLinks) to(id desk.ID) string {
	end := strconv.FormatInt(l.until.Unix(), 10)
	return base + "/files/" + id.String() + "?" + url.Values{"t": {l.token}, "e": {end}, "s": {l.sign(id, end)}}.Encode()
}

func (l *fileLinks) sign(id desk.ID, end string) string {
	mac := hmac.New(sha256.New, l.key)
	mac.Write([]byte(id.String() + "\n" + end + "\n" + l.token))
	return hex.EncodeToString(mac.Sum(nil))
}

// follow finds the widget and the file that a link leads to.
func (d *Door) follow(r *http.Request, file string) (store.Widget, desk.ID, error) {
	query := r.URL.Query()
	id, err := desk.ParseID(file)
	if err != nil {
		return store.Widget{}, desk.ID{}, refuse(http.StatusNotFound, "There is nothing at this address.")
	}
	w, err := d.widgetOf(r.Context(), query.Get("t"))
	if err != nil {
		return store.Widget{}, desk.ID{}, err
	}
	links, err := d.fileLinks(r.Context(), w)
	if err != nil {
		return store.Widget{}, desk.ID{}, err
	}
	end, err := strconv.ParseInt(query.Get("e"), 10, 64)
	if err != nil || !hmac.Equal([]byte(links.sign(id, query.Get("e"))), []byte(query.Get("s"))) {
		return store.Widget{}, desk.ID{}, refuse(http.StatusForbidden, "This link is not valid.")
	}
	if d.Now().Unix() >= end {
		return store.Widget{}, desk.ID{}, refuse(http.StatusForbidden, "This link has ended. Open the conversation again.")
	}
	return w, id, nil
}
