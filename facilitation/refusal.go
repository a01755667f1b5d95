package facilitation

// RefusalCode is the stable reason of a refusal; the interface has words for each.
type RefusalCode string

// The reasons.
const (
	NotAllowed   RefusalCode = "not_allowed"    // this role may not, ever
	NotNow       RefusalCode = "not_now"        // not in this phase or state
	Stale        RefusalCode = "stale"          // what the actor saw has changed
	NoSuchMember RefusalCode = "no_such_member" // the person is not in the room
	NoSuchCircle RefusalCode = "no_such_circle"
	Full         RefusalCode = "full"
	Invalid      RefusalCode = "invalid"     // the command makes no sense
	LockedOff    RefusalCode = "locked"      // the device is locked by staff
	Alone        RefusalCode = "alone"       // it would leave someone alone in a circle
	TooSoon      RefusalCode = "too_soon"    // asked again within a minute
	Unavailable  RefusalCode = "unavailable" // the store is out of reach; widening commands wait
)

// refusals are all of them, by their place in a stored document: a new one is added at the end.
var refusals = []RefusalCode{
	"", NotAllowed, NotNow, Stale, NoSuchMember, NoSuchCircle, Full, Invalid, LockedOff, TooSoon, Unavailable, Alone,
}

// Refusal is a refused command: an ordinary answer that changed nothing.
type Refusal struct {
	Code RefusalCode
}

func (r *Refusal) Error() string { return "refused: " + string(r.Code) }
