/** A way to the server that a test can cut: TCP on loopback, so that sockets are lost while media goes on. */
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

export class Proxy {
  private readonly sockets = new Set<Socket>()
  private readonly server: Server
  private target = 0
  port = 0

  private constructor() {
    // Without delay, as browsers and servers send: two small messages in a row would otherwise wait 40 ms for each other.
    this.server = createServer({ noDelay: true }, (inward) => {
      const outward = connect({ port: this.target, host: '127.0.0.1', noDelay: true })
      for (const [from, to] of [
        [inward, outward],
        [outward, inward],
      ] as const) {
        this.sockets.add(from)
        from.pipe(to)
        from.on('error', () => to.destroy())
        from.on('close', () => {
          this.sockets.delete(from)
          to.destroy()
        })
      }
    })
  }

  static async listen(): Promise<Proxy> {
    const proxy = new Proxy()
    proxy.server.listen(0, '127.0.0.1')
    await once(proxy.server, 'listening')
    const address = proxy.server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    proxy.port = address.port
    return proxy
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  to(port: number): void {
    this.target = port
  }

  /** Every connection is gone at once; new ones are taken. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  close(): void {
    this.server.close()
    this.cut()
  }
}
