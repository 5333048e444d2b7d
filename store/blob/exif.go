package blob

import (
	"bufio"
	"encoding/binary"
	"image"
	"io"
)

// turn is how a camera was held, as EXIF numbers it from 1 to 8.
type turn uint16

const upright turn = 1

// swaps reports whether width and height change places.
func (t turn) swaps() bool { return t >= 5 && t <= 8 }

// apply sets a picture upright.
func (t turn) apply(m *image.RGBA) *image.RGBA {
	if t <= upright || t > 8 {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if t.swaps() {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			toX, toY := t.place(x, y, w, h)
			copy(out.Pix[out.PixOffset(toX, toY):][:4], m.Pix[m.PixOffset(x, y):][:4])
		}
	}
	return out
}

// place is where a pixel belongs.
func (t turn) place(x, y, w, h int) (toX, toY int) {
	switch t {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	case upright:
	}
	return x, y
}

// markers is what stands in a JPEG before its pixels and that package image/jpeg does not tell.
type markers struct {
	turn        turn
	progressive bool
}

// readMarkers believes a file as far as it can be read.
func readMarkers(r io.Reader) markers {
	const (
		startOfFrame0 = 0xc0
		startOfFrame2 = 0xc2
		startOfScan   = 0xda
		app1          = 0xe1
	)
	found := markers{turn: upright}
	b := bufio.NewReader(r)
	if _, err := b.Discard(2); err != nil {
		return found
	}
	for {
		marker, size, err := nextMarker(b)
		if err != nil {
			return found
		}
		switch marker {
		case startOfFrame2:
			found.progressive = true
			return found
		case startOfFrame0, startOfFrame0 + 1, startOfScan:
			return found
		case app1:
			segment := make([]byte, size)
			if _, err := io.ReadFull(b, segment); err != nil {
				return found
			}
			found.turn = exifTurn(segment, found.turn)
		default:
			if _, err := b.Discard(size); err != nil {
				return found
			}
		}
	}
}

// nextMarker skips the fill bytes before a marker and returns it with the length of its segment.
func nextMarker(b *bufio.Reader) (marker byte, size int, err error) {
	for marker == 0 || marker == 0xff {
		if marker, err = b.ReadByte(); err != nil {
			return 0, 0, err
		}
	}
	var length [2]byte
	if _, err := io.ReadFull(b, length[:]); err != nil {
		return 0, 0, err
	}
	size = int(binary.BigEndian.Uint16(length[:])) - len(length)
	if size < 0 {
		return 0, 0, io.ErrUnexpectedEOF
	}
	return marker, size, nil
}

// exifTurn finds the tag Orientation (0x0112) in the first directory of an EXIF segment.
func exifTurn(segment []byte, otherwise turn) turn {
	const signature, headLen, entryLen, orientation = "Exif\x00\x00", 8, 12, 0x0112
	if len(segment) < len(signature)+headLen || string(segment[:len(signature)]) != signature {
		return otherwise
	}
	tiff := segment[len(signature):]
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return otherwise
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < entryLen {
			return otherwise
		}
		if order.Uint16(entries) == orientation {
			if t := turn(order.Uint16(entries[8:])); t >= upright && t <= 8 {
				return t
			}
			return otherwise
		}
		entries = entries[entryLen:]
	}
	return otherwise
}
