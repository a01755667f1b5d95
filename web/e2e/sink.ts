/** A sound device that nobody hears, of PulseAudio: without any, Firefox's AudioContext never runs, and plays and hears nothing. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { until } from './server'

export class NullSink {
  private constructor(
    private readonly child: ChildProcess,
    private readonly socket: string,
  ) {}

  /** dir is for its socket and state. */
  static async start(dir: string): Promise<NullSink> {
    const socket = join(dir, 'pulse')
    const modules = ['module-null-sink rate=48000', `module-native-protocol-unix auth-anonymous=1 socket=${socket}`]
    const child = spawn(
      'pulseaudio',
      ['-n', '--daemonize=no', '--use-pid-file=no', '--exit-idle-time=-1', ...modules.flatMap((m) => ['-L', m])],
      { stdio: 'ignore', env: { ...process.env, HOME: dir, XDG_RUNTIME_DIR: dir, PULSE_RUNTIME_PATH: dir } },
    )
    process.once('exit', () => child.kill()) // where a browser that needs it did not even start
    const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error))
    await Promise.race([until(() => answers(socket)), failed])
    return new NullSink(child, socket)
  }

  /** As PULSE_SERVER takes it. */
  get address(): string {
    return `unix:${this.socket}`
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const gone = once(this.child, 'exit')
    this.child.kill('SIGTERM')
    await gone
  }
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path)
  await once(socket, 'connect')
  socket.destroy()
  return true
}
