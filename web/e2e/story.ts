/** A ring: a therapist and two members in browsers of their own, and bots for the rest. */
import { expect, type Locator } from '@playwright/test'
import { Bots } from './bots'
import type { Face } from './faces'
import { mediaAddress } from './firefox'
import { makeGroup, type Ring } from './format'
import { Person, type Engine } from './person'
import { hears, perceives, sees } from './senses'
import { Server, type Link, type StoreKind } from './server'

const looks: [Face['rgb'], number][] = [
  [[190, 30, 40], 1050],
  [[40, 150, 50], 1150],
  [[40, 60, 200], 1250],
]
const botFace = looks.length
export type Engines = [Engine, Engine, Engine]
const allChromium: Engines = ['chromium', 'chromium', 'chromium']
const wide = { width: 1024, height: 640 }
type People = [Person, Person, Person]

/** Three browsers, with a face each. */
async function launch(names: string[], engines: Engines, tabs: string[] = []): Promise<People> {
  return (await Promise.all(
    looks.map(([rgb, toneHz], i) => Person.launch({ name: names[i]!, rgb, toneHz }, wide, 'nl', engines[i], tabs[i])),
  )) as People
}

export class Story {
  private constructor(
    readonly server: Server,
    readonly anna: Person,
    readonly joke: Person,
    readonly samir: Person,
    readonly bots: Bots,
    readonly faces: Face[],
    private readonly links: string[],
  ) {}

  /**
   * The server, a session with five members, the browsers at their landing pages and the bots in the waiting room. engines are
   * those of Anna, Joke and Samir.
   */
  static async begin(store: StoreKind, engines: Engines = allChromium): Promise<Story> {
    const server = await Server.start(store, engines.includes('firefox') ? mediaAddress()! : undefined)
    const { staff, members } = await server.demo(5)
    const [joke, samir, ...rest] = members as [Link, Link, ...Link[]]
    const people = await launch(['Anna', joke.name, samir.name], engines)
    return Story.with(server, people, [staff[0]!, joke.url, samir.url], rest)
  }

  /**
   * The same for a group of a format, which Anna makes and begins in the staff's home: Joke and Samir in browsers, the other members
   * and those who observe are bots. tab is the title of the tab that Anna's browser shares when it is asked for one.
   */
  static async of(format: string, ring: Ring, tab = ''): Promise<Story> {
    const names = ['Anna', 'Joke', 'Samir']
    const [server, people] = await Promise.all([Server.start('bolt'), launch(names, allChromium, [tab])])
    const [anna, joke, samir, ...rest] = await makeGroup(server, format, people, ring)
    return Story.with(server, people, [anna!.url, joke!.url, samir!.url], rest)
  }

  private static async with(server: Server, people: People, links: string[], rest: Link[]): Promise<Story> {
    const bots = await Bots.join({ staff: [], members: rest }, botFace)
    const faces = [...people.map((p) => p.face), ...bots.faces]
    return new Story(server, ...people, bots, faces, links)
  }

  get browsers(): Person[] {
    return [this.anna, this.joke, this.samir]
  }

  /** Through the landing page and the check; with an optional camera, which the check says, that stays off. */
  async enter(person: Person, camera: 'on' | 'optional' = 'on'): Promise<void> {
    await person.page.goto(this.links[this.browsers.indexOf(person)]!)
    await person.press('Verder')
    if (camera === 'optional') {
      await expect(person.page.getByText('In deze groep mag je camera uit blijven.')).toBeVisible()
      await person.page.getByLabel('Camera aan').uncheck()
    }
    await person.endCheck()
  }

  /** Everyone through the check, and everyone let in. */
  async meet(): Promise<void> {
    await Promise.all(this.browsers.map((person) => this.enter(person)))
    for (const { page } of [this.joke, this.samir])
      await expect(page.getByRole('heading', { name: 'Je bent op de goede plek' })).toBeVisible()
    await this.anna.press('Iedereen binnenlaten')
  }

  /** Opens the staff's buttons for a person and presses one. */
  async onPerson(name: string, button: string): Promise<void> {
    const { page } = this.anna
    await page.getByRole('button', { name: `Knoppen voor ${name}`, exact: true }).click()
    const menu = page.getByRole('group', { name: `Knoppen voor ${name}`, exact: true })
    await menu.getByRole('button', { name: button, exact: true }).click()
  }

  tile(person: Person, name: string): Locator {
    return person.page.locator(`[data-person="${name}"]`)
  }

  /** How large a person sees someone, in square CSS pixels. */
  async area(person: Person, name: string): Promise<number> {
    const box = await this.tile(person, name).locator('video').boundingBox()
    return box ? box.width * box.height : 0
  }

  /** Waits until a person sees and hears exactly these, by pixels and by tone, each under their own name. */
  perceives(person: Person, names: string[]): Promise<void> {
    return perceives(person, names, this.faces)
  }

  hears(person: Person, names: string[]): Promise<void> {
    return hears(person, names, this.faces)
  }

  sees(person: Person, names: string[]): Promise<void> {
    return sees(person, names, this.faces)
  }

  /** Waits until each of these sees and hears all others. */
  async together(people = this.browsers): Promise<void> {
    await Promise.all(people.map((person) => this.perceives(person, this.but(person))))
  }

  /** Everyone but this one, of the names. */
  but(person: Person, names = this.faces.map((face) => face.name)): string[] {
    return names.filter((name) => name !== person.face.name)
  }

  /** Packets of a person's microphone that the server has forwarded, by its own count. */
  async forwardedOf(name: string): Promise<number> {
    const id = await this.tile(this.anna, name).getAttribute('data-id')
    const rooms = Object.values(await this.server.forwarded())
    const counted = rooms.map((room) => room[id!]).find((counters) => counters !== undefined)
    if (!counted) throw new Error(`the server does not count ${name}`)
    return counted.audio
  }

  async end(): Promise<void> {
    await this.bots.close()
    await Promise.all(this.browsers.map((person) => person.close()))
    await this.server.stop()
  }
}
