package facilitation

// Quality is how much of a picture is worth sending.
type Quality int

// Qualities: the SFU's own layers are policy's business.
const (
	NoPicture Quality = iota
	Small
	Large
)

// Route is what one listener may have of one source.
type Route struct {
	Source ParticipantID
	Hear   bool
	See    Quality
	// Read is the place for text that goes with a source (captions, an interpreter's line); nothing is written yet.
	Read bool
	// Prepare: the move that will permit this source is prepared; nothing flows yet.
	Prepare bool
}

// RouteTable says for each listener what they may have. Who is not in it hears and sees nobody.
type RouteTable map[ParticipantID][]Route
