package blob

import (
	"io"
	"net/http" //nolint:depguard // a table of bytes (the WHATWG's MIME sniffing), no HTTP
)

// sniffed is how many bytes a type is told from.
const sniffed = 512

// Sniff is the type that a blob's first bytes say it has, whatever it is called: "application/octet-stream" when they
// say nothing.
func Sniff(r io.Reader) string {
	head := make([]byte, sniffed)
	n, _ := io.ReadFull(r, head) // a short blob has a short head
	return http.DetectContentType(head[:n])
}
