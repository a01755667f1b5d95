/** The words of turns: the gate, time boxes, echoes and go-rounds. Level B1, the je form, no exclamation marks. */
import type { EchoKind, TurnStatus } from '../wire.gen'

export default {
  // Who may be heard.
  gated: 'Alleen wie aan de beurt is, is te horen.',
  micWaits: 'pas bij je beurt',
  yourMic: 'Je bent aan het woord. Zet je microfoon aan als je zover bent.',

  // The time box.
  soon: 'Je kunt zo gaan afronden.',
  over: 'De richttijd is om. Maak rustig af.',
  soonOf: (name: string) => `${name} komt bij de richttijd.`,
  overOf: (name: string) => `De richttijd van ${name} is om.`,
  still: 'De tijd staat stil.',

  // Echoes.
  echo: 'Stille reactie',
  echoTitle: (name: string) => `Wat wil je ${name} laten weten?`,
  echoHint: (name: string) => `Alleen ${name} ziet dit, heel even.`,
  echoes: { hear: 'Ik hoor je', recognise: 'Herken ik', thanks: 'Dank je', strength: 'Sterkte' } satisfies Record<
    EchoKind,
    string
  >,
  echoesForYou: 'Stille reacties',
  echoFrom: (name: string, text: string) => `${name}: ${text}`,
  echoSent: (name: string) => `${name} ziet je reactie.`,
  notNow: 'Toch niet',

  // A round, for everyone.
  round: 'Rondje',
  anythingElse: 'Wil jij nog iets zeggen?',
  inRound: (before: number) => `Nog ${before} voor jou in het rondje`,
  nextInRound: 'Hierna ben jij in het rondje',
  afterThat: (name: string, more: number) => (more > 0 ? `Daarna ${name} en nog ${more}` : `Daarna ${name}`),

  // A round, for staff.
  startRound: 'Rondje beginnen',
  setRound: 'Rondje instellen',
  firstTurn: 'Wie begint',
  firstChair: 'De eerste plek',
  direction: 'Richting',
  clockwise: 'Met de klok mee',
  counterClockwise: 'Tegen de klok in',
  prompt: 'Vraag voor het rondje',
  piece: 'Praatstok: alleen wie aan de beurt is, is te horen',
  start: 'Beginnen',
  nextTurn: 'Volgende',
  finishRound: 'Rondje afronden',
  stopRound: 'Rondje stoppen',
  stopped: 'Wie door het rondje stil werd, zet zelf de microfoon weer aan.',
  addToRound: (name: string) => `Zet ${name} achteraan`,
  addShort: 'Achteraan erbij',
  status: {
    pending: 'komt nog',
    speaking: 'aan het woord',
    passed: 'overgeslagen',
    done: 'geweest',
    absent: 'is er niet',
  } satisfies Record<TurnStatus, string>,
  offered: 'krijgt de beurt',
  offeredAgain: 'sloeg over, wordt nog eens gevraagd',

  // The settings of turns, for staff.
  heard: 'Wie is te horen',
  heardAll: 'Iedereen',
  heardTurn: 'Wie aan de beurt is',
  timeBox: 'Richttijd van een beurt',
  noTimeBox: 'Zonder',
  ofTime: (spent: string, budget: string) => `${spent} van ${budget}`,
  addMinute: '1 minuut erbij',
}
