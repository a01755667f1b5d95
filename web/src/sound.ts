/** Sounds of the check: how loud the microphone is, and a tone to hear whether the speaker works. */

const everyMs = 100

/** Tells a track's level, 0 to 1, ten times a second while it listens. */
export class Meter {
  private stop: (() => void) | null = null
  private last = 0

  constructor(private readonly tell: (level: number) => void) {}

  get on(): boolean {
    return this.stop !== null
  }

  /** null stops. */
  listen(track: MediaStreamTrack | null): void {
    this.stop?.()
    this.stop = track && this.start(track)
    this.say(0)
  }

  private start(track: MediaStreamTrack): () => void {
    const context = new AudioContext()
    // Never awaited: without a sound device it does not settle.
    context.resume().catch(() => {})
    const analyser = context.createAnalyser()
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      this.say(levelOf(samples))
    }, everyMs)
    return () => {
      clearInterval(timer)
      context.close().catch(() => {})
    }
  }

  private say(level: number): void {
    if (level === this.last) return
    this.last = level
    this.tell(level)
  }
}

/** Root mean square on a scale of decibels, -60 to 0, as 0 to 1 in steps of a fiftieth: speech moves it, a quiet room does not. */
export function levelOf(samples: Float32Array): number {
  const rms = Math.sqrt(samples.reduce((sum, s) => sum + s * s, 0) / samples.length)
  const decibels = 20 * Math.log10(Math.max(rms, 1e-3))
  return Math.min(1, Math.round((50 * (decibels + 60)) / 60) / 50)
}

/** Half a second of a soft A, from the chosen speaker. */
export function playTone(speaker: string): void {
  const context = new AudioContext()
  context.resume().catch(() => {})
  const [tone, gain, out] = [context.createOscillator(), context.createGain(), context.createMediaStreamDestination()]
  gain.gain.setValueAtTime(0, context.currentTime)
  gain.gain.linearRampToValueAtTime(0.2, context.currentTime + 0.05)
  gain.gain.linearRampToValueAtTime(0, context.currentTime + 0.5)
  tone.frequency.value = 440
  tone.connect(gain).connect(out)
  const audio = new Audio()
  audio.srcObject = out.stream
  useSpeaker(audio, speaker)
  audio.play().catch(() => {})
  tone.addEventListener('ended', () => {
    audio.srcObject = null
    context.close().catch(() => {})
  })
  tone.start()
  tone.stop(context.currentTime + 0.55)
}

/** Safari has no choice of speaker; a speaker that is gone leaves the sound where it is. */
export function useSpeaker(audio: HTMLAudioElement, speaker: string): void {
  if (!('setSinkId' in audio)) return
  audio.setSinkId(speaker).catch(() => {})
}

const alarmEveryMs = 3000

/** Two notes every three seconds until it is stopped: heard over a conversation, and not a siren. */
export function startAlarm(speaker: string): () => void {
  const context = new AudioContext()
  context.resume().catch(() => {})
  const out = context.createMediaStreamDestination()
  const audio = new Audio()
  audio.srcObject = out.stream
  useSpeaker(audio, speaker)
  audio.play().catch(() => {})
  const ring = () => [660, 880].forEach((hertz, i) => note(context, out, hertz, context.currentTime + 0.25 * i))
  ring()
  const timer = setInterval(ring, alarmEveryMs)
  return () => {
    clearInterval(timer)
    audio.srcObject = null
    context.close().catch(() => {})
  }
}

function note(context: AudioContext, out: AudioNode, hertz: number, at: number): void {
  const [tone, gain] = [context.createOscillator(), context.createGain()]
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(0.25, at + 0.03)
  gain.gain.linearRampToValueAtTime(0, at + 0.22)
  tone.frequency.value = hertz
  tone.connect(gain).connect(out)
  tone.start(at)
  tone.stop(at + 0.25)
}
