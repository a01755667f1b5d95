import { describe, expect, test, vi } from 'vitest'
import { fill } from './connection'
import { OwnScreen } from './ownScreen'
import { sampleView } from './ui/room/sample'

/** A track that the browser may end, as its own button does. */
function captured() {
  const target = new EventTarget()
  const track = Object.assign(target, {
    kind: 'video',
    contentHint: 'detail',
    readyState: 'live',
    stop: () => (track.readyState = 'ended'),
    getSettings: () => ({ width: 1920, height: 1080 }),
  })
  return track as typeof track & MediaStreamTrack
}

const anas = { ...sampleView({ you: 'ana' }), screen: 'ana' }
const nobodys = sampleView({ you: 'ana' })

/** A screen, and the answers to what it tells the server. */
function screen(answer = '') {
  const tell = vi.fn<(on: boolean) => Promise<string>>(async () => answer)
  return { own: new OwnScreen({ tell, changed: () => undefined }), tell }
}

describe('the own screen', () => {
  test('is sent only while the view says that it is shown', async () => {
    const { own } = screen()
    const track = captured()
    await own.share(track)
    expect(own.track(nobodys)).toBeNull()
    expect(own.track({ ...nobodys, screen: 'ben' })).toBeNull()
    expect(own.track(anas)).toBe(track)
  })

  test('is let go of when it is refused, and when the room ended it', async () => {
    const refused = captured()
    await screen('not_now').own.share(refused)
    expect(refused.readyState).toBe('ended')

    const { own } = screen()
    const track = captured()
    await own.share(track)
    own.reconcile(nobodys, false) // a view from before the answer
    expect(track.readyState).toBe('live')
    own.reconcile(nobodys, true)
    expect(track.readyState).toBe('ended')
  })

  test('whose end is refused waits for a newer view, however often something changes', async () => {
    const changed = vi.fn<() => void>()
    const tell = vi.fn<(on: boolean) => Promise<string>>(async () => 'unavailable')
    const own = new OwnScreen({ tell, changed })
    changed.mockImplementation(() => own.reconcile(anas, true))
    own.reconcile(anas, true)
    await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(2))
    own.reconcile(anas, true)
    expect(tell).toHaveBeenCalledOnce()
    own.reconcile({ ...anas }, true)
    expect(tell).toHaveBeenCalledTimes(2)
  })

  test("is told to be over when the browser's own button ended it, and is not sent until that is answered", async () => {
    const { own, tell } = screen()
    const track = captured()
    await own.share(track)
    track.dispatchEvent(new Event('ended'))
    expect(tell).toHaveBeenLastCalledWith(false)
    expect(own.track(anas)).toBeNull()
  })

  test('that the room shows and this page does not have is told to be over, once', () => {
    const { own, tell } = screen()
    own.reconcile(anas, true)
    own.reconcile(anas, true)
    expect(tell.mock.calls).toEqual([[false]])
  })

  test('of another does not concern it', () => {
    const { own, tell } = screen()
    own.reconcile({ ...nobodys, screen: 'ben' }, true)
    expect(tell).not.toHaveBeenCalled()
  })
})

test('a sender has layers to read by for a screen, and its own again for a camera', async () => {
  const made = [{ maxBitrate: 150_000 }, { maxBitrate: 500_000 }]
  let now = { encodings: made } as unknown as RTCRtpSendParameters
  const setParameters = vi.fn<(to: RTCRtpSendParameters) => Promise<void>>(async (to) => void (now = to))
  const replaceTrack = vi.fn<(track: MediaStreamTrack | null) => Promise<void>>(async () => undefined)
  const sender = { getParameters: () => structuredClone(now), setParameters, replaceTrack } as unknown as RTCRtpSender
  const camera = Object.assign(captured(), { contentHint: 'motion' })

  await fill(sender, camera)
  expect(setParameters).not.toHaveBeenCalled()
  await fill(sender, captured())
  expect(now.encodings.at(-1)).toMatchObject({ scaleResolutionDownBy: 1.5, maxBitrate: 1_500_000 })
  await fill(sender, null)
  await fill(sender, camera)
  expect(now.encodings.at(-1)).toMatchObject({ scaleResolutionDownBy: 1, maxBitrate: 500_000, maxFramerate: 24 })
  expect(replaceTrack.mock.calls).toHaveLength(4)
})
