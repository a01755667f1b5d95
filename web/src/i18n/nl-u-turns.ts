/** The words of turns, in the u form. */
import turns from './nl-turns'

export default {
  ...turns,
  micWaits: 'pas bij uw beurt',
  yourMic: 'U bent aan het woord. Zet uw microfoon aan als u zover bent.',
  soon: 'U kunt zo gaan afronden.',
  echoTitle: (name: string) => `Wat wilt u ${name} laten weten?`,
  echoes: { ...turns.echoes, hear: 'Ik hoor u', thanks: 'Dank u' },
  echoSent: (name: string) => `${name} ziet uw reactie.`,
  anythingElse: 'Wilt u nog iets zeggen?',
  inRound: (before: number) => `Nog ${before} voor u in het rondje`,
  nextInRound: 'Hierna bent u in het rondje',
} satisfies typeof turns
