package api

import (
	_ "embed"
	"net/http"
)

// document describes all that stands below ExternalPath, as OpenAPI 3.1.
//
//go:embed openapi.json
var document []byte

// DocumentPath is where the document is looked for (spec/5); it is also below ExternalPath.
const DocumentPath = "/api/v1/openapi.json"

func serveDocument(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(document) // the caller may have gone
}
