package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"kring/sfu/bench/load"
)

// janusAddr is of TEST-NET-2 (RFC 5737): nobody else has it. janusLink is the interface that is made for it; its datagrams go by
// loopback as all that is for an address of this machine.
var janusAddr = netip.MustParseAddr("198.51.100.1")

const janusLink = "kringbench"

// janusConfig is what Janus does best with here. Two event loops, one a core, are its cheapest: its default is a thread for each
// connection. ICE lite, as ours. Nothing that is not measured is loaded, and nothing is logged. By default clients are cut off
// that say nothing over the API for a minute, and each connection is watched by a timer for missing media.
const janusConfig = `
general: { debug_level = 1, event_loops = 2, session_timeout = 0 }
media: { no_media_timer = 0, slowlink_threshold = 0 }
nat: { ice_lite = true, ice_enforce_list = "%s" }
plugins: { disable = "%s" }
transports: { disable = "%s" }
events: { broadcast = false }
`

const (
	janusWebSocket = `general: { ws = true, ws_ip = "127.0.0.1", ws_port = %d }` + "\n"
	janusVideoRoom = "general: { }\n"
)

// janusRoom is a room's settings: no limit of bitrate, no key frames but those that are asked for, no events of who speaks.
func janusRoom(room uint64) object {
	return object{
		"request": "create", "room": room, "publishers": 1000, "bitrate": 0, "fir_freq": 0, "audiocodec": "opus", "videocodec": "vp8",
		"audiolevel_event": false, "notify_joining": false, "record": false, "transport_wide_cc_ext": false,
	}
}

type object map[string]any

// startJanus starts Debian's Janus.
func startJanus(ctx context.Context) (u *under, err error) {
	program, err := exec.LookPath("janus")
	if err != nil {
		return nil, fmt.Errorf("%w (Debian's package is janus)", errSkip(err))
	}
	if err := addLink(); err != nil {
		return nil, errSkip(err)
	}
	dir, err := os.MkdirTemp("", "kring-bench-janus-")
	if err != nil {
		return nil, errors.Join(err, removeLink())
	}
	tidy := func() error { return errors.Join(os.RemoveAll(dir), removeLink()) }
	port, err := configureJanus(dir)
	if err != nil {
		return nil, errors.Join(err, tidy())
	}
	cmd := exec.Command(program, "--configs-folder", dir, "--config", filepath.Join(dir, "janus.jcfg"))
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, tidy())
	}
	u = &under{name: "janus", process: newProcess(cmd), tidy: tidy}
	door, err := openJanus(ctx, port)
	if err != nil {
		return nil, errors.Join(err, u.stop())
	}
	u.door = door
	u.tidy = func() error { return errors.Join(door.ws.Close(), tidy()) }
	return u, nil
}

// skipped is why an SFU is left out.
type skipped struct{ error }

func errSkip(err error) error { return skipped{err} }

// configureJanus writes its settings and returns the port of its API.
func configureJanus(dir string) (port int, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // It takes no port 0; this one is free now.
	if err != nil {
		return 0, err
	}
	port = l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		return 0, err
	}
	files := map[string]string{
		"janus.jcfg": fmt.Sprintf(janusConfig, janusAddr,
			allBut("plugins", "libjanus_videoroom.so"), allBut("transports", "libjanus_websockets.so")),
		"janus.transport.websockets.jcfg": fmt.Sprintf(janusWebSocket, port),
		"janus.plugin.videoroom.jcfg":     janusVideoRoom,
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return 0, err
		}
	}
	return port, nil
}

// allBut lists Debian's modules of Janus without the one that is needed.
func allBut(what, needed string) string {
	found, _ := filepath.Glob("/usr/lib/*/janus/" + what + "/*.so") // The pattern is well-formed.
	var names []string
	for _, f := range found {
		if name := filepath.Base(f); name != needed {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// linkKinds are interfaces that nothing leaves the machine by; not every kernel has the first.
var linkKinds = []string{"dummy", "bridge"}

// addLink makes the interface; one that an earlier run has left is taken.
func addLink() error {
	err := ip("link", "show", janusLink)
	for _, kind := range linkKinds {
		if err == nil {
			break
		}
		err = ip("link", "add", janusLink, "type", kind)
	}
	if err != nil {
		return err
	}
	return errors.Join(ip("address", "replace", janusAddr.String()+"/32", "dev", janusLink), ip("link", "set", janusLink, "up"))
}

func removeLink() error { return ip("link", "delete", janusLink) }

func ip(args ...string) error {
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// janusDoor speaks Janus's API on one WebSocket and one session: a handle of the VideoRoom for each connection. It waits for each
// answer before it asks again, so that one goroutine does. Nothing else may use it meanwhile.
type janusDoor struct {
	ws      *websocket.Conn
	session uint64
	asked   int
	rooms   map[string]uint64
	handles map[*load.Client][]uint64
}

func openJanus(ctx context.Context, port int) (*janusDoor, error) {
	ctx, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	dialer := websocket.Dialer{Subprotocols: []string{"janus-protocol"}}
	d := &janusDoor{rooms: map[string]uint64{}, handles: map[*load.Client][]uint64{}}
	for {
		var err error
		d.ws, _, err = dialer.DialContext(ctx, fmt.Sprintf("ws://127.0.0.1:%d", port), http.Header{})
		if err == nil {
			break
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return nil, fmt.Errorf("janus does not listen: %w", errors.Join(ctx.Err(), err))
		}
	}
	answer, err := d.ask(ctx, object{"janus": "create"})
	d.session = answer.Data.ID
	return d, err
}

// Publish implements load.Door.
func (d *janusDoor) Publish(ctx context.Context, c *load.Client) error {
	handle, err := d.attach(ctx, c)
	if err != nil {
		return err
	}
	room, err := d.room(ctx, handle, c.Room)
	if err != nil {
		return err
	}
	join := object{"request": "join", "ptype": "publisher", "room": room, "id": feed(c.Index)}
	if _, err := d.plugin(ctx, handle, join, nil); err != nil {
		return err
	}
	conn, err := c.Open(janusAddr)
	if err != nil {
		return err
	}
	offer, err := conn.Offer(true, 0)
	if err != nil {
		return err
	}
	answer, err := d.plugin(ctx, handle, object{"request": "configure"}, object{"type": "offer", "sdp": offer})
	if err != nil {
		return err
	}
	if err := conn.Connect(ctx, answer.JSEP.SDP); err != nil {
		return err
	}
	// Until it says so, Janus knows no feed of this publisher.
	_, err = d.await(ctx, func(m janusMessage) bool { return m.Janus == "webrtcup" && m.Sender == handle })
	return err
}

// Subscribe implements load.Door.
func (d *janusDoor) Subscribe(ctx context.Context, c *load.Client) error {
	handle, err := d.attach(ctx, c)
	if err != nil {
		return err
	}
	var streams []object
	for other := range d.handles {
		if other != c && other.Room == c.Room {
			streams = append(streams, object{"feed": feed(other.Index)})
		}
	}
	join := object{"request": "join", "ptype": "subscriber", "room": d.rooms[c.Room], "streams": streams}
	offer, err := d.plugin(ctx, handle, join, nil)
	if err != nil {
		return err
	}
	conn, err := c.Open(janusAddr)
	if err != nil {
		return err
	}
	answer, err := conn.Answer(offer.JSEP.SDP)
	if err != nil {
		return err
	}
	if _, err := d.plugin(ctx, handle, object{"request": "start"}, object{"type": "answer", "sdp": answer}); err != nil {
		return err
	}
	return conn.Connect(ctx, offer.JSEP.SDP)
}

// Leave implements load.Door.
func (d *janusDoor) Leave(ctx context.Context, c *load.Client) error {
	var errs []error
	for _, handle := range d.handles[c] {
		_, err := d.ask(ctx, object{"janus": "detach", "session_id": d.session, "handle_id": handle})
		errs = append(errs, err)
	}
	delete(d.handles, c)
	return errors.Join(errs...)
}

// feed is a publisher's id.
func feed(index int) int { return index + 1 }

func (d *janusDoor) attach(ctx context.Context, c *load.Client) (uint64, error) {
	answer, err := d.ask(ctx, object{"janus": "attach", "session_id": d.session, "plugin": "janus.plugin.videoroom"})
	if err == nil {
		d.handles[c] = append(d.handles[c], answer.Data.ID)
	}
	return answer.Data.ID, err
}

// room gives a room's number; it is made if need be.
func (d *janusDoor) room(ctx context.Context, handle uint64, name string) (uint64, error) {
	if room := d.rooms[name]; room != 0 {
		return room, nil
	}
	room := uint64(len(d.rooms) + 1)
	if _, err := d.plugin(ctx, handle, janusRoom(room), nil); err != nil {
		return 0, err
	}
	d.rooms[name] = room
	return room, nil
}

// janusMessage is what we read of Janus's messages.
type janusMessage struct {
	Janus       string `json:"janus"`
	Transaction string `json:"transaction"`
	Sender      uint64 `json:"sender"` // a handle
	Data        struct {
		ID uint64 `json:"id"`
	} `json:"data"`
	PluginData struct {
		Data struct {
			Error string `json:"error"`
		} `json:"data"`
	} `json:"plugindata"`
	JSEP struct {
		SDP string `json:"sdp"`
	} `json:"jsep"`
	Error struct {
		Reason string `json:"reason"`
	} `json:"error"`
}

// plugin sends a message to the VideoRoom.
func (d *janusDoor) plugin(ctx context.Context, handle uint64, body, jsep object) (janusMessage, error) {
	message := object{"janus": "message", "session_id": d.session, "handle_id": handle, "body": body}
	if jsep != nil {
		message["jsep"] = jsep
	}
	answer, err := d.ask(ctx, message)
	if err == nil && answer.PluginData.Data.Error != "" {
		err = errors.New(answer.PluginData.Data.Error)
	}
	if err != nil {
		return answer, fmt.Errorf("janus %s: %w", body["request"], err)
	}
	return answer, nil
}

// ask sends a request and waits for its answer; an ack comes before one that takes longer.
func (d *janusDoor) ask(ctx context.Context, request object) (answer janusMessage, err error) {
	d.asked++
	transaction := strconv.Itoa(d.asked)
	request["transaction"] = transaction
	raw, err := json.Marshal(request)
	if err != nil {
		return answer, err
	}
	deadline, _ := ctx.Deadline()
	if err := d.ws.SetWriteDeadline(deadline); err != nil {
		return answer, err
	}
	// Janus refuses the newline that WriteJSON ends with.
	if err := d.ws.WriteMessage(websocket.TextMessage, raw); err != nil {
		return answer, err
	}
	answer, err = d.await(ctx, func(m janusMessage) bool { return m.Transaction == transaction && m.Janus != "ack" })
	if err == nil && answer.Janus == "error" {
		err = errors.New(answer.Error.Reason)
	}
	return answer, err
}

// await reads messages until the one that is wanted; the others are events that nobody waits for.
func (d *janusDoor) await(ctx context.Context, wanted func(janusMessage) bool) (m janusMessage, err error) {
	deadline, _ := ctx.Deadline()
	if err := d.ws.SetReadDeadline(deadline); err != nil {
		return m, err
	}
	for {
		m = janusMessage{}
		if err := d.ws.ReadJSON(&m); err != nil || wanted(m) {
			return m, err
		}
	}
}
