package bot

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/pion/rtp"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// Packet is one media packet that has arrived in a slot.
type Packet struct {
	Slot   int
	Video  bool
	From   facilitation.ParticipantID // by the mark that it carries, else by the slot map
	Marked bool
	SentAt time.Time // by the mark
	Key    bool      // starts a key frame
	At     time.Time
}

// Received is what has arrived of one source since the bot joined.
type Received struct {
	Audio     uint64 // packets
	Video     uint64 // packets
	Frames    uint64
	KeyFrames uint64
	Height    int // of the last key frame
	// Undecodable are frames that came before a key frame of that source in their slot.
	Undecodable uint64
	LastAudio   time.Time
	LastVideo   time.Time
}

// senses is what the bot receives. It is guarded by the bot's lock.
type senses struct {
	slots   map[int]*slot
	by      map[facilitation.ParticipantID]*Received
	strays  []string
	missing uint64
}

// maxStrays bounds the list of what should not have come: the first are telling, the rest repeat them.
const maxStrays = 20

// slot is what one pair of m-lines carries: by the map, and in fact.
type slot struct {
	source, before facilitation.ParticipantID
	taken          map[facilitation.ParticipantID]time.Time // from whom the map took it, and when
	decoding       facilitation.ParticipantID               // the source of the last key frame
	last           [2]int                                   // last sequence number of audio and of video, -1 before the first
}

func newSenses() senses {
	return senses{slots: map[int]*slot{}, by: map[facilitation.ParticipantID]*Received{}}
}

func (s *senses) slot(i int) *slot {
	if s.slots[i] == nil {
		s.slots[i] = &slot{last: [2]int{-1, -1}, taken: map[facilitation.ParticipantID]time.Time{}}
	}
	return s.slots[i]
}

func (s *senses) of(id facilitation.ParticipantID) *Received {
	if s.by[id] == nil {
		s.by[id] = &Received{}
	}
	return s.by[id]
}

// apply makes a slot map the present one, at a time.
func (s *senses) apply(m *protocol.SlotMap, at time.Time) {
	now := map[int]facilitation.ParticipantID{}
	for _, told := range m.Slots {
		now[told.Slot] = told.Source
		s.slot(told.Slot)
	}
	for i, slot := range s.slots {
		if slot.source != now[i] {
			slot.taken[slot.source] = at
			slot.before, slot.source = slot.source, now[i]
		}
	}
}

// forget is a new PeerConnection: other sequence numbers, empty slots, other decoders.
func (s *senses) forget() { clear(s.slots) }

// arrive notes a packet and says what it is.
func (s *senses) arrive(i int, video bool, packet *rtp.Packet, at time.Time) Packet {
	slot := s.slot(i)
	out := Packet{Slot: i, Video: video, From: slot.source, At: at}
	if m, ok := readMark(packet.Payload); ok {
		out.From, out.SentAt, out.Marked = m.from, m.at, true
		if !slot.mayCarry(m) && len(s.strays) < maxStrays {
			s.strays = append(s.strays, fmt.Sprintf("slot %d has %q by the map, video %v of %q came", i, slot.source, video, m.from))
		}
	}
	s.count(slot, video, packet.SequenceNumber)
	r := s.of(out.From)
	if !video {
		r.Audio++
		r.LastAudio = at
		return out
	}
	r.Video++
	r.LastVideo = at
	out.Key = slot.frame(r, out.From, readFrameStart(packet.Payload))
	return out
}

// mayCarry: a slot carries its source, or the one before until the first key frame of its source has come, or what an earlier
// one had sent while it still was theirs: media and slot maps come by different ways, and on a loaded machine not in order.
func (slot *slot) mayCarry(m mark) bool {
	return m.from == slot.source || m.from == slot.before || m.at.Before(slot.taken[m.from])
}

// count notes a gap in the sequence: without loss on the way it is a fault of the server's rewriting.
func (s *senses) count(slot *slot, video bool, seq uint16) {
	kind := 0
	if video {
		kind = 1
	}
	if last := slot.last[kind]; last >= 0 {
		step := seq - uint16(last)
		if step == 0 || step >= 1<<15 {
			return // late: a retransmission
		}
		s.missing += uint64(step - 1)
	}
	slot.last[kind] = int(seq)
}

func (slot *slot) frame(r *Received, from facilitation.ParticipantID, f frameStart) (key bool) {
	switch {
	case !f.ok:
		return false
	case f.key:
		slot.decoding, r.Height = from, f.height
		r.KeyFrames++
	case slot.decoding != from:
		r.Undecodable++
		return false
	}
	r.Frames++
	return f.key
}

// Received is what has arrived of a source until now.
func (b *Bot) Received(source facilitation.ParticipantID) Received {
	b.mu.Lock()
	defer b.mu.Unlock()
	return *b.senses.of(source)
}

// Strays are packets that came in a slot which, by the map, carried somebody else; there should be none. At most twenty.
func (b *Bot) Strays() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.senses.strays)
}

// Missing is how many sequence numbers were left out in what arrived, over all slots.
func (b *Bot) Missing() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.senses.missing
}

// Slots are the sources that the last slot map names, by slot.
func (b *Bot) Slots() map[int]facilitation.ParticipantID {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := map[int]facilitation.ParticipantID{}
	for i, slot := range b.senses.slots {
		if slot.source != "" {
			out[i] = slot.source
		}
	}
	return out
}

// Sensed is whom a bot heard and saw while it listened, sorted.
type Sensed struct {
	Heard, Seen []facilitation.ParticipantID
}

// Listen takes in what arrives for a while and says whose audio packets and decodable frames there were.
func (b *Bot) Listen(ctx context.Context, d time.Duration) Sensed {
	before := b.totals()
	pause(ctx, d)
	var out Sensed
	for id, now := range b.totals() {
		if now.Audio > before[id].Audio {
			out.Heard = append(out.Heard, id)
		}
		if now.Frames > before[id].Frames {
			out.Seen = append(out.Seen, id)
		}
	}
	slices.Sort(out.Heard)
	slices.Sort(out.Seen)
	return out
}

func (b *Bot) totals() map[facilitation.ParticipantID]Received {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make(map[facilitation.ParticipantID]Received, len(b.senses.by))
	for id, r := range b.senses.by {
		out[id] = *r
	}
	return out
}

// UntilHears waits for n more audio packets of a source.
func (b *Bot) UntilHears(ctx context.Context, source facilitation.ParticipantID, n uint64) error {
	target := b.Received(source).Audio + n
	return b.wait(ctx, func() bool { return b.senses.of(source).Audio >= target })
}

// UntilSees waits for n more decodable frames of a source.
func (b *Bot) UntilSees(ctx context.Context, source facilitation.ParticipantID, n uint64) error {
	target := b.Received(source).Frames + n
	return b.wait(ctx, func() bool { return b.senses.of(source).Frames >= target })
}
