/** The words of turns in English, typed by the Dutch ones. */
import type nl from './nl-turns'

const en: typeof nl = {
  gated: 'Only the person whose turn it is can be heard.',
  micWaits: 'not until your turn',
  yourMic: 'You have the floor. Switch on your microphone when you are ready.',

  soon: 'You can start to round off.',
  over: 'The time is up. Finish calmly.',
  soonOf: (name) => `${name} is near the end of the time.`,
  overOf: (name) => `The time of ${name} is up.`,
  still: 'The clock stands still.',

  echo: 'Quiet response',
  echoTitle: (name) => `What do you want ${name} to know?`,
  echoHint: (name) => `Only ${name} sees this, for a moment.`,
  echoes: { hear: 'I hear you', recognise: 'I know this', thanks: 'Thank you', strength: 'Wishing you strength' },
  echoesForYou: 'Quiet responses',
  echoFrom: (name, text) => `${name}: ${text}`,
  echoSent: (name) => `${name} sees your response.`,
  notNow: 'Not now',

  round: 'Go-round',
  anythingElse: 'Is there anything you want to say?',
  inRound: (before) => `${before} before you in the go-round`,
  nextInRound: 'You are next in the go-round',
  afterThat: (name, more) => (more > 0 ? `Then ${name} and ${more} more` : `Then ${name}`),

  startRound: 'Start a go-round',
  setRound: 'Set up the go-round',
  firstTurn: 'Who begins',
  firstChair: 'The first seat',
  direction: 'Direction',
  clockwise: 'Clockwise',
  counterClockwise: 'Counter-clockwise',
  prompt: 'Question for the go-round',
  piece: 'Talking piece: only the person whose turn it is can be heard',
  start: 'Begin',
  nextTurn: 'Next',
  finishRound: 'Finish the go-round',
  stopRound: 'Stop the go-round',
  stopped: 'Those who were silenced by the go-round switch on their own microphone.',
  addToRound: (name) => `Add ${name} at the end`,
  addShort: 'Add at the end',
  status: { pending: 'to come', speaking: 'speaking', passed: 'passed over', done: 'done', absent: 'is not here' },
  offered: 'is given the turn',
  offeredAgain: 'passed, is asked once more',

  heard: 'Who can be heard',
  heardAll: 'Everyone',
  heardTurn: 'Whose turn it is',
  timeBox: 'Time for a turn',
  noTimeBox: 'None',
  ofTime: (spent, budget) => `${spent} of ${budget}`,
  addMinute: '1 minute more',
}

export default en
