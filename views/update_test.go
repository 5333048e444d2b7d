package views

import (
	"flag"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write the golden files instead of comparing")
	flag.Parse()
	os.Exit(m.Run())
}
