package signaling

import (
	"context"
	"slices"

	"kring/facilitation"
	"kring/signaling/store"
)

// maxPages is how many pages of a person can come back by a token, the newest that the state knows too: the present one, and the
// one before, which is to be told that it was replaced. An older page enters by the link.
const maxPages = 2

// keepPass notes the token of a page that came in, and lets the oldest go where a person has made too many pages.
func (r *room) keepPass(id facilitation.ParticipantID, token string) {
	hash := hashOf(token)
	if slices.Contains(r.passes[id], hash) {
		return
	}
	kept := append(r.passes[id], hash)
	old := max(0, len(kept)-maxPages)
	r.forgetPasses(kept[:old])
	r.passes[id] = kept[old:]
}

// forgetAllPasses is for the end of the session: a token says who was in it. Who comes back by one is sent to their link, which
// says that it is over.
func (r *room) forgetAllPasses() {
	for id, hashes := range r.passes {
		r.forgetPasses(hashes)
		delete(r.passes, id)
	}
}

// forgetPasses deletes tokens beside the room. Those of an earlier life of this room, and those that cannot be deleted now, expire.
func (r *room) forgetPasses(hashes []string) {
	if len(hashes) == 0 {
		return
	}
	r.srv.workers.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), maxPages*storeTimeout)
		defer cancel()
		for _, hash := range hashes {
			_ = r.srv.records.Delete(ctx, store.KindResume, hash)
		}
	})
}
