//go:build !race

package live

// raceDetector: the server is built like the test.
const raceDetector = false
