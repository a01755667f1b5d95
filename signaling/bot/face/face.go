// Package face holds what bots show and say: real VP8 of one plain colour in two sizes and real Opus of one tone, so that
// pixels and spectra in a browser tell who is seen and heard. The media is made by make.go (go generate, needs ffmpeg) and
// committed; it is a key frame, one frame that changes nothing and can be sent for ever, and a tone that repeats seamlessly.
package face

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"

	"github.com/pion/webrtc/v4/pkg/media/ivfreader"
	"github.com/pion/webrtc/v4/pkg/media/oggreader"
)

//go:generate go run make.go

//go:embed media/*.ivf media/*.ogg
var files embed.FS

// Look is the colour and the tone of one face. Tones are multiples of 50 Hz: 20 ms hold whole waves.
type Look struct {
	Name   string
	RGB    [3]uint8
	ToneHz int
}

// Looks are far enough apart (88 in RGB, 100 Hz) to be told from each other after coding.
var Looks = []Look{
	{"red", [3]uint8{190, 30, 40}, 1050},
	{"green", [3]uint8{40, 150, 50}, 1150},
	{"blue", [3]uint8{40, 60, 200}, 1250},
	{"yellow", [3]uint8{230, 210, 40}, 1350},
	{"cyan", [3]uint8{40, 200, 200}, 1450},
	{"magenta", [3]uint8{205, 50, 195}, 1550},
	{"orange", [3]uint8{245, 118, 10}, 1650},
	{"brown", [3]uint8{110, 65, 10}, 1750},
	{"grey", [3]uint8{130, 130, 130}, 1850},
	{"white", [3]uint8{235, 235, 235}, 1950},
	{"purple", [3]uint8{110, 20, 130}, 2050},
	{"lime", [3]uint8{130, 240, 90}, 2150},
	{"pink", [3]uint8{250, 150, 185}, 2250},
	{"night", [3]uint8{10, 40, 75}, 2350},
	{"sky", [3]uint8{110, 165, 250}, 2450},
	{"rose", [3]uint8{250, 60, 110}, 2550},
}

// Sizes of the two simulcast layers, as the client sends them: width, height.
var (
	LowSize  = [2]int{320, 180}
	HighSize = [2]int{640, 360}
)

// Face is the coded media of one look.
type Face struct {
	Look
	Low, High Picture
	Tone      [][]byte // Opus packets of 20 ms; after the last comes the first again
}

// Picture is one layer's video. Delta changes nothing: it may follow Key, or itself, any number of times.
type Picture struct {
	Key, Delta []byte
}

// FileOf names a look's video of one size, within media.
func (l Look) FileOf(size [2]int) string { return fmt.Sprintf("%s-%d.ivf", l.Name, size[1]) }

// ToneFile names a look's tone, within media.
func (l Look) ToneFile() string { return l.Name + ".ogg" }

// New returns the i-th face; after the last look comes the first again.
func New(i int) (*Face, error) {
	f := &Face{Look: Looks[i%len(Looks)]}
	var errs [3]error
	f.Low, errs[0] = picture(f.FileOf(LowSize))
	f.High, errs[1] = picture(f.FileOf(HighSize))
	f.Tone, errs[2] = tone(f.ToneFile())
	return f, errors.Join(errs[:]...)
}

// picture reads the first and the last frame of a file: the key frame, and one that changes nothing.
func picture(name string) (Picture, error) {
	data, err := files.ReadFile("media/" + name)
	if err != nil {
		return Picture{}, err
	}
	r, _, err := ivfreader.NewWith(bytes.NewReader(data))
	if err != nil {
		return Picture{}, fmt.Errorf("%s: %w", name, err)
	}
	var p Picture
	for {
		frame, _, err := r.ParseNextFrame()
		switch {
		case errors.Is(err, io.EOF) && p.Delta != nil:
			return p, nil
		case err != nil:
			return Picture{}, fmt.Errorf("%s: %w", name, err)
		case p.Key == nil:
			p.Key = frame
		default:
			p.Delta = frame
		}
	}
}

// warmUp is how many packets of a tone are left out: the encoder starts from silence.
const warmUp = 10

// tone reads the packets of a tone. The file has one a page.
func tone(name string) ([][]byte, error) {
	data, err := files.ReadFile("media/" + name)
	if err != nil {
		return nil, err
	}
	r, _, err := oggreader.NewWith(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var packets [][]byte
	for {
		packet, header, err := r.ParseNextPage()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if header.GranulePosition > 0 { // the first pages are headers
			packets = append(packets, packet)
		}
	}
	if len(packets) <= 2*warmUp {
		return nil, fmt.Errorf("%s: only %d packets", name, len(packets))
	}
	return packets[warmUp : len(packets)-warmUp], nil // the last ones fade out
}
