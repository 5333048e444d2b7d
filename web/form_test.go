package web

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func postForm(target, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func TestFormsRefuseWhatIsNotText(t *testing.T) {
	tests := []struct {
		name, target, body string
		want               int // 0: accepted
	}{
		{"plain", "/?page=2", "name=J%C3%B6rg&tags=a&tags=b", 0},
		{"invalid UTF-8", "/", "name=%ff", 422},
		{"NUL", "/", "name=a%00b", 422},
		{"invalid UTF-8 in a key", "/", "%ff=a", 422},
		{"NUL in the query", "/?next=%00", "name=a", 422},
		{"malformed escape", "/", "name=%zz", 422},
		{"too long", "/", "name=" + strings.Repeat("a", 200), 413},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := ReadForm(httptest.NewRecorder(), postForm(test.target, test.body), 100)
			if got := status(err); got != test.want {
				t.Errorf("ReadForm = %d (%v), want %d", got, err, test.want)
			}
		})
	}
}

func status(err error) int {
	if err == nil {
		return 0
	}
	code, _ := Explain(err)
	return code
}

func TestMultipartFormsAreRead(t *testing.T) {
	body := "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--x--\r\n"
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	if err := ReadForm(httptest.NewRecorder(), r, 1000); err != nil {
		t.Fatalf("ReadForm: %v", err)
	}
	if got := r.PostFormValue("note"); got != "hello" {
		t.Errorf("note = %q, want hello", got)
	}
}

func TestLinesOfFormsEndWithOneCharacter(t *testing.T) {
	plain := postForm("/", "note=a%0D%0Ab%0D%0A&note=%0D%0A%0D%0A&note=%0D")
	parts := "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n"
	body := parts + "a\r\nb\r\n\r\n" + parts + "\r\n\r\n\r\n" + parts + "\r\r\n--x--\r\n"
	multipart := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	multipart.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	upload := multipart.Clone(t.Context())
	upload.Body = io.NopCloser(strings.NewReader(body))
	for what, read := range map[string]func() (*http.Request, error){
		"plain":     func() (*http.Request, error) { return plain, ReadForm(httptest.NewRecorder(), plain, 1000) },
		"multipart": func() (*http.Request, error) { return multipart, ReadForm(httptest.NewRecorder(), multipart, 1000) },
		"upload": func() (*http.Request, error) {
			return upload, ReadUpload(httptest.NewRecorder(), upload, Upload{Form: 1000, Total: 1000})
		},
	} {
		r, err := read()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for _, form := range []url.Values{r.Form, r.PostForm} {
			if got, want := form["note"], []string{"a\nb\n", "\n\n", "\r"}; !slices.Equal(got, want) {
				t.Errorf("%s: got %q, want %q", what, got, want)
			}
		}
	}
}

func TestAMultipartFormWithoutItsEndIsRefused(t *testing.T) {
	body := "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--x\r\nContent-Disposition: form-data; name=\"more\"\r\n"
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	if got := status(ReadForm(httptest.NewRecorder(), r, 1000)); got != http.StatusUnprocessableEntity {
		t.Errorf("got %d, want 422", got)
	}
}

func TestURLsThatAreNotTextAreRefused(t *testing.T) {
	e, _ := testErrors()
	h := e.PlainURL(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for target, want := range map[string]int{
		"/tickets?q=J%C3%B6rg": 200, "/tickets?q=100%": 200, "/tickets/%ff": 422, "/tickets?q=%00": 422, "/tickets?%ff": 422,
	} {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, &http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}})
		if w.Code != want {
			t.Errorf("%s = %d, want %d", target, w.Code, want)
		}
	}
}

type note struct {
	Text string `json:"text"`
	N    int    `json:"n"`
}

func TestJSONBodies(t *testing.T) {
	tests := []struct {
		name, body     string
		lenient, exact int
	}{
		{"plain", `{"text":"J\u00f6rg"}`, 0, 0},
		{"white space after", "{\"text\":\"a\"}\n ", 0, 0},
		{"escaped backslash before u0000", `{"text":"\\u0000"}`, 0, 0},
		{"unknown field", `{"text":"a","extra":1}`, 0, 422},
		{"NUL escape", `{"text":"a\u0000b"}`, 422, 422},
		{"NUL escape after escaped backslash", `{"text":"\\\u0000"}`, 422, 422},
		{"raw NUL", "{\"text\":\"\x00\"}", 422, 422},
		{"invalid UTF-8", "{\"text\":\"\xff\"}", 422, 422},
		{"rubbish after", `{"text":"a"}{`, 422, 422},
		{"second value", `{"text":"a"} 1`, 422, 422},
		{"cut off", `{"text":"a`, 422, 422},
		{"empty", ``, 422, 422},
		{"wrong type", `{"n":"x"}`, 422, 422},
		{"wrong value", `[1]`, 422, 422},
		{"too deep", strings.Repeat("[", 20_000), 422, 422},
		{"too long", `{"text":"` + strings.Repeat("a", 30_000) + `"}`, 413, 413},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var v note
			if got := status(ReadJSON(httptest.NewRecorder(), postForm("/", test.body), 25_000, &v)); got != test.lenient {
				t.Errorf("ReadJSON = %d, want %d", got, test.lenient)
			}
			if got := status(ReadStrictJSON(httptest.NewRecorder(), postForm("/", test.body), 25_000, &v)); got != test.exact {
				t.Errorf("ReadStrictJSON = %d, want %d", got, test.exact)
			}
		})
	}
}

// Whatever is accepted decodes to text that a database may hold.
func FuzzReadJSON(f *testing.F) {
	for _, seed := range []string{`{"text":"a"}`, `{"text":"\u0000"}`, `{"text":"\\u0000"}`, `{"text":"\ud800"}`, `{"te\u0000xt":1}`, "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var v map[string]string
		if ReadJSON(httptest.NewRecorder(), postForm("/", body), 1<<20, &v) != nil {
			return
		}
		if !json.Valid([]byte(body)) {
			t.Errorf("accepted %q, which is not JSON", body)
		}
		for key, value := range v {
			if !isText(key) || !isText(value) {
				t.Errorf("accepted %q: %q", key, value)
			}
		}
	})
}
