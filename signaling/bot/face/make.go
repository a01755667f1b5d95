//go:build ignore

// Make writes media/ with ffmpeg (Debian package ffmpeg, with libvpx and libopus). Run it by "go generate ./signaling/bot/face".
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"

	"kring/signaling/bot/face"
)

func main() {
	for _, l := range face.Looks {
		for _, size := range [][2]int{face.LowSize, face.HighSize} {
			video(l, size)
		}
		tone(l)
	}
}

// video is four frames. Error resilience keeps each frame's probabilities to itself, so that the last can be repeated.
func video(l face.Look, size [2]int) {
	source := fmt.Sprintf("color=c=0x%02x%02x%02x:s=%dx%d:r=15:d=0.26", l.RGB[0], l.RGB[1], l.RGB[2], size[0], size[1])
	ffmpeg("-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", "-c:v", "libvpx", "-deadline", "good", "-cpu-used", "1",
		"-lag-in-frames", "0", "-auto-alt-ref", "0", "-error-resilient", "default", "-qmin", "2", "-qmax", "20",
		"-b:v", "500k", "-g", "9999", "-frames:v", "4", filepath.Join("media", l.FileOf(size)))
}

// tone is 1.4 s at a third of full scale, one Opus packet of 20 ms a page, variable rate off so that the tone stays the same.
func tone(l face.Look) {
	source := fmt.Sprintf("sine=f=%d:r=48000:d=1.4", l.ToneHz)
	ffmpeg("-f", "lavfi", "-i", source, "-af", "volume=8dB", "-c:a", "libopus", "-ac", "1", "-b:a", "16k", "-vbr", "off",
		"-application", "lowdelay", "-frame_duration", "20", "-page_duration", "20000", filepath.Join("media", l.ToneFile()))
}

func ffmpeg(args ...string) {
	cmd := exec.Command("ffmpeg", append([]string{"-y", "-hide_banner", "-loglevel", "error", "-bitexact"}, args...)...)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		log.Fatalf("%s: %v", cmd, err)
	}
}
