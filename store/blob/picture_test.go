package blob_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"testing"

	"signalbox/store/blob"
)

// flag is a picture whose left half is red and whose right half is blue.
func flag(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{R: 200, A: 255}
			if x >= w/2 {
				c = color.RGBA{B: 200, A: 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func encoded(t testing.TB, m image.Image, as string) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch as {
	case "png":
		err = png.Encode(&b, m)
	case "gif":
		err = gif.Encode(&b, m, nil)
	default:
		err = jpeg.Encode(&b, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// held is a JPEG with an EXIF segment that says how the camera was held, and where.
func held(t testing.TB, m image.Image, orientation byte) []byte {
	t.Helper()
	exif := append([]byte("Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00"), orientation, 0, 0, 0)
	exif = append(exif, "GPS 52.5200 N"...)
	segment := append([]byte{0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2))...)
	plain := encoded(t, m, "jpeg")
	return slices.Concat(plain[:2], segment, exif, plain[2:])
}

func shrink(t *testing.T, data []byte, size blob.PictureSize) image.Image {
	t.Helper()
	var out bytes.Buffer
	check(t, blob.Shrink(&out, bytes.NewReader(data), size))
	if bytes.Contains(out.Bytes(), []byte("GPS")) || bytes.Contains(out.Bytes(), []byte("Exif")) {
		t.Error("the picture keeps what the camera wrote beside it")
	}
	m, format, err := image.Decode(&out)
	check(t, err)
	if format != "jpeg" {
		t.Errorf("the picture is a %s, want our own jpeg", format)
	}
	return m
}

func TestPicturesShrinkIntoTheirSizeAndNeverGrow(t *testing.T) {
	for _, as := range []string{"png", "gif", "jpeg"} {
		for _, tt := range []struct{ w, h, wantW, wantH int }{{960, 300, 480, 150}, {300, 960, 150, 480}, {40, 20, 40, 20}, {2000, 1, 480, 1}} {
			data := encoded(t, flag(tt.w, tt.h), as)
			w, h, err := blob.Measure(bytes.NewReader(data))
			check(t, err)
			if w != tt.w || h != tt.h {
				t.Errorf("%s measures %d × %d, want %d × %d", as, w, h, tt.w, tt.h)
			}
			got := shrink(t, data, blob.Thumb).Bounds()
			if got.Dx() != tt.wantW || got.Dy() != tt.wantH {
				t.Errorf("%s of %d × %d became %v, want %d × %d", as, tt.w, tt.h, got, tt.wantW, tt.wantH)
			}
		}
	}
}

func TestTransparentPicturesStandOnWhite(t *testing.T) {
	m := shrink(t, encoded(t, image.NewNRGBA(image.Rect(0, 0, 8, 8)), "png"), blob.Large)
	if r, g, b, _ := m.At(4, 4).RGBA(); r < 0xf000 || g < 0xf000 || b < 0xf000 {
		t.Errorf("the ground is %x %x %x, want white", r, g, b)
	}
}

// Red is on the left; where it comes to stand tells how the picture was turned.
func TestPhotosStandUpright(t *testing.T) {
	const w, h = 64, 32
	for orientation, red := range map[byte]image.Point{
		1: {8, 16}, 2: {56, 16}, 3: {56, 16}, 4: {8, 16}, 5: {16, 8}, 6: {16, 8}, 7: {16, 56}, 8: {16, 56}, 9: {8, 16},
	} {
		data := held(t, flag(w, h), orientation)
		m := shrink(t, data, blob.Thumb)
		gotW, gotH, err := blob.Measure(bytes.NewReader(data))
		check(t, err)
		if size := m.Bounds().Size(); size != (image.Point{gotW, gotH}) {
			t.Errorf("orientation %d: the picture is %v, measured were %d × %d", orientation, size, gotW, gotH)
		}
		if r, _, b, _ := m.At(red.X, red.Y).RGBA(); r < b {
			t.Errorf("orientation %d: no red at %v", orientation, red)
		}
	}
}

// claims is a PNG of a few bytes whose head claims to be of a size.
func claims(w, h uint32, depth byte) []byte {
	head := append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), w), h), depth, 6, 0, 0, 0)
	chunk := binary.BigEndian.AppendUint32(append([]byte{0, 0, 0, 13}, head...), crc32.ChecksumIEEE(head))
	return append([]byte("\x89PNG\r\n\x1a\n"), chunk...)
}

func TestWhatIsNoPictureOrTooLargeIsRefusedBeforeDecoding(t *testing.T) {
	progressive := encoded(t, flag(16, 16), "jpeg")
	at := bytes.Index(progressive, []byte{0xff, 0xc0})
	progressive[at+1] = 0xc2
	binary.BigEndian.PutUint16(progressive[at+5:], 4000)
	binary.BigEndian.PutUint16(progressive[at+7:], 4000)
	for name, data := range map[string][]byte{
		"nothing":          {},
		"SVG":              []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>`),
		"HTML":             []byte("<!doctype html><img src=x>"),
		"half a head":      claims(9, 9, 8)[:20],
		"a gigapixel":      claims(40_000, 40_000, 8),
		"4 × 2^31":         claims(1<<31-1, 1<<31-1, 8),
		"16 bits a colour": claims(5_000, 5_000, 16),
		"a progressive":    progressive,
	} {
		if _, _, err := blob.Measure(bytes.NewReader(data)); !errors.Is(err, blob.ErrNoPicture) {
			t.Errorf("Measure of %s: %v, want ErrNoPicture", name, err)
		}
		if err := blob.Shrink(io.Discard, bytes.NewReader(data), blob.Thumb); !errors.Is(err, blob.ErrNoPicture) {
			t.Errorf("Shrink of %s: %v, want ErrNoPicture", name, err)
		}
	}
	truncated := encoded(t, flag(99, 99), "png")
	for _, cut := range []int{len(truncated) / 2, 20, 9} {
		if _, _, err := blob.Measure(bytes.NewReader(truncated[:len(truncated)-cut])); !errors.Is(err, blob.ErrNoPicture) {
			t.Errorf("Measure without the last %d bytes: %v, want ErrNoPicture", cut, err)
		}
	}
	if err := blob.Shrink(io.Discard, bytes.NewReader(truncated[:80]), blob.Thumb); !errors.Is(err, blob.ErrNoPicture) {
		t.Errorf("half a picture: %v, want ErrNoPicture", err)
	}
}

func TestATypeIsToldByTheBytes(t *testing.T) {
	for want, data := range map[string][]byte{
		"image/png":                 encoded(t, flag(2, 2), "png"),
		"application/pdf":           []byte("%PDF-1.7"),
		"text/html; charset=utf-8":  []byte("<html><script>"),
		"text/plain; charset=utf-8": []byte("hello"),
		"application/octet-stream":  {0, 1, 2},
	} {
		if got := blob.Sniff(bytes.NewReader(data)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// unreadable breaks off where a line does.
type unreadable struct {
	*bytes.Reader

	left int
}

func (u *unreadable) Read(p []byte) (int, error) {
	if u.left == 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := u.Reader.Read(p[:min(len(p), u.left)])
	u.left -= n
	return n, err
}

func TestAPictureThatCannotBeReadIsNotTakenForNone(t *testing.T) {
	data := encoded(t, flag(99, 99), "png")
	for _, left := range []int{0, 20, 80, 120} {
		err := blob.Shrink(io.Discard, &unreadable{bytes.NewReader(data), left}, blob.Thumb)
		if !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, blob.ErrNoPicture) {
			t.Errorf("after %d bytes: %v, want why it was not read", left, err)
		}
	}
}

func FuzzShrink(f *testing.F) {
	for _, as := range []string{"png", "gif", "jpeg"} {
		f.Add(encoded(f, flag(9, 5), as))
	}
	f.Add(held(f, flag(8, 4), 6))
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		w, h, err := blob.Measure(bytes.NewReader(data))
		if err == nil && (w <= 0 || h <= 0) {
			t.Errorf("measured %d × %d", w, h)
		}
		if err := blob.Shrink(io.Discard, bytes.NewReader(data), blob.Thumb); err != nil && !errors.Is(err, blob.ErrNoPicture) {
			t.Errorf("a hostile picture is our fault: %v", err)
		}
	})
}

// BenchmarkShrink is a telephone's photo.
func BenchmarkShrink(b *testing.B) {
	data := encoded(b, flag(4000, 3000), "jpeg")
	for b.Loop() {
		if err := blob.Shrink(io.Discard, bytes.NewReader(data), blob.Thumb); err != nil {
			b.Fatal(err)
		}
	}
}
