/** A story of facilitation/testdata in browsers: commands are clicks, and who is heard and seen is told by tone and pixel. */
import { expect, test } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Person } from './person'
import { heard, seen } from './senses'
import { Server } from './server'

const story = join(import.meta.dirname, '../../facilitation/testdata/three_people.txt')
const looks: [[number, number, number], number][] = [
  [[190, 30, 40], 1050],
  [[40, 150, 50], 1350],
  [[40, 60, 200], 1650],
]

/** The cast by the story's names; the demo has names of its own. */
class Cast {
  readonly people = new Map<string, Person>()

  person(name: string): Person {
    const person = this.people.get(name)
    if (!person) throw new Error(`${name} is not in the cast`)
    return person
  }

  shown(name: string): string {
    return this.person(name).face.name
  }

  get staff(): Person {
    return [...this.people.values()][0]!
  }

  get faces() {
    return [...this.people.values()].map((person) => person.face)
  }
}

type Step = (cast: Cast, match: string[]) => Promise<void>

const own =
  (button: string | RegExp): Step =>
  (cast, [, who]) =>
    cast.person(who!).press(button)

/** A button in the staff's menu of a person. */
const onPerson =
  (button: string): Step =>
  async (cast, [, who, target]) => {
    const { page } = cast.person(who!)
    const name = `Knoppen voor ${cast.shown(target!)}`
    await page.getByRole('button', { name, exact: true }).click()
    await page.getByRole('group', { name, exact: true }).getByRole('button', { name: button, exact: true }).click()
  }

const says =
  (words: (name: string) => string): Step =>
  async (cast, [, name]) => {
    for (const person of cast.people.values()) {
      const text =
        person === cast.people.get(name!) ? /Jij bent aan het woord|Je bent aan de beurt/ : words(cast.shown(name!))
      await expect(person.page.getByRole('region', { name: 'De kring' }).getByText(text)).toBeVisible()
    }
  }

const perceives =
  (sense: typeof heard): Step =>
  async (cast, [, who, names]) => {
    const { page, face } = cast.person(who!)
    const want = names === 'nobody' ? [] : names!.split(' ').map((name) => cast.shown(name))
    const others = cast.faces.filter((other) => other.name !== face.name)
    await expect.poll(async () => (await sense(page, others)).sort(), { timeout: 60_000 }).toEqual(want.sort())
  }

/** What each line of a story is in a browser. A line that is none of these is an error: nothing is left out in silence. */
const lines: [RegExp, Step][] = [
  [/^(\w+): raise-hand$/, own('Ik wil iets zeggen')],
  [/^(\w+): lower-hand$/, own('Toch niet')],
  [/^(\w+): begin$/, own('Ik begin')],
  [/^(\w+): yield$/, own('Klaar')],
  [/^(\w+): decline-spotlight$/, own('Liever niet')],
  [/^(\w+): (?:mic) (?:on|off)$/, own(/^Microfoon/)],
  [/^(\w+): (?:camera) (?:on|off)$/, own(/^Camera/)],
  [/^(\w+): give-turn (\w+)$/, onPerson('Beurt geven')],
  [/^(\w+): mute (\w+)$/, onPerson('Microfoon uit')],
  [/^(\w+): lock (\w+)$/, onPerson('Microfoon uit en vastzetten')],
  [/^(\w+): unlock (\w+)$/, onPerson('Microfoon vrijgeven')],
  [/^(\w+): spotlight (\w+)$/, onPerson('In beeld zetten')],
  [
    /^(\w+): mic on\s+-> refused locked$/,
    async (cast, [, who]) => {
      const { page } = cast.person(who!)
      await page.getByRole('button', { name: 'Microfoon is vastgezet' }).press('Enter')
      await expect(page.getByText('De therapeut heeft dit vastgezet.')).toBeVisible()
    },
  ],
  [
    /^(\w+): leave$/,
    async (cast, [, who]) => {
      const person = cast.person(who!)
      await person.press('Weggaan')
      await person.page.getByRole('dialog').getByRole('button', { name: 'Weggaan' }).click()
      await expect(person.page.getByRole('heading', { name: 'Je hebt de groep verlaten' })).toBeVisible()
    },
  ],
  [
    /^(\w+) reloads$/,
    async (cast, [, who]) => {
      const { page } = cast.person(who!)
      await page.reload()
      await expect(page.getByText('Je microfoon staat uit.')).toBeVisible()
    },
  ],
  [/^(\w+) hears (.+)$/, perceives(heard)],
  [/^(\w+) sees (.+)$/, perceives(seen)],
  [/^offered to (\w+)$/, says((name) => `${name} krijgt de beurt`)],
  [/^speaker is (\w+)$/, says((name) => `${name} is aan de beurt`)],
  [
    /^the floor is free$/,
    async (cast) => {
      for (const { page } of cast.people.values())
        await expect(page.getByText('De therapeut geeft de beurt')).toBeVisible()
    },
  ],
  [
    /^queue is (.+)$/,
    async (cast, [, names]) => {
      for (const [name, { page }] of cast.people) {
        const turn = page.getByRole('region', { name: 'De kring' })
        if (names === 'nobody') await expect(turn).not.toContainText(/Daarna|In de rij/)
        else {
          const order = names!.split(' ').map((other) => (other === name ? 'jij' : cast.shown(other)))
          await expect(turn).toContainText(new RegExp(`(Daarna|In de rij:) ${order.join(', ')}`))
        }
      }
    },
  ],
  [
    /^spotlight is (.+)$/,
    async (cast, [, names]) => {
      const lit = names === 'nobody' ? [] : names!.split(' ').map((name) => cast.shown(name))
      for (const { page } of cast.people.values()) {
        await expect
          .poll(() =>
            page.locator('li.large [data-person]').evaluateAll((all) => all.map((e) => e.getAttribute('data-person'))),
          )
          .toEqual(lit)
      }
    },
  ],
]

async function play(cast: Cast, text: string): Promise<void> {
  for (const line of text.split('\n').map((l) => l.trim())) {
    if (!line || line.startsWith('#') || /^(staff|members):/.test(line) || line === 'everyone is in') continue
    const found = lines.find(([pattern]) => pattern.test(line))
    if (!found) throw new Error(`no browser can tell "${line}"`)
    await test.step(line, () => found[1](cast, found[0].exec(line)!))
  }
}

test('three people, as the story has it', async () => {
  const text = readFileSync(story, 'utf8')
  const names = (kind: string) => new RegExp(`^${kind}: (.+)$`, 'm').exec(text)![1]!.split(' ')
  const [staff, members] = [names('staff'), names('members')]
  const server = await Server.start('bolt')
  const links = await server.demo(members.length)
  const cast = new Cast()
  const invited = [{ name: 'Anna', url: links.staff[0]! }, ...links.members]
  try {
    const people = await Promise.all(
      invited.map(({ name }, i) => Person.launch({ name, rgb: looks[i]![0], toneHz: looks[i]![1] })),
    )
    people.forEach((person, i) => cast.people.set([...staff, ...members][i]!, person))
    await Promise.all(
      people.map(async (person, i) => {
        await person.page.goto(invited[i]!.url)
        await person.press('Verder')
        await person.endCheck()
      }),
    )
    for (const { page } of people.slice(1))
      await expect(page.getByRole('heading', { name: 'Je bent op de goede plek' })).toBeVisible()
    await cast.staff.press('Iedereen binnenlaten')
    await play(cast, text)
  } finally {
    for (const person of cast.people.values()) await person.close()
    await server.stop()
  }
})
