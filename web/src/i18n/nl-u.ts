/**
 * The interface's words in Dutch in the u form: the je form, with everything that speaks to someone said anew. i18n.test.ts
 * finds what still says je.
 */
import nl from './nl'
import care from './nl-u-care'
import room from './nl-u-room'
import turns from './nl-u-turns'

export default {
  ...nl,

  common: { ...nl.common, offlineText: 'Kijk of uw internet werkt en probeer opnieuw.' },

  landing: {
    ...nl.landing,
    staffText: 'U gaat naar binnen als therapeut.',
    opensAt: (when: string) => `U kunt naar binnen vanaf ${when}.`,
    notPlanned: 'Er is nog geen bijeenkomst gepland. Uw link blijft werken.',
    overText: 'Uw link werkt ook voor de volgende keer.',
    mayObserve: (names: string) => `${names} kan meekijken. Dat hoort u dan eerst.`,
    nextStep: 'Eerst testen we uw beeld en geluid. Niemand ziet of hoort u nog.',
    alone: 'Ga zitten waar niemand u stoort.',
    unsupportedHelp: 'Opende u de link in een andere app? Kopieer hem dan naar uw browser.',
  },

  check: {
    ...nl.check,
    intro: 'Niemand ziet of hoort u nog.',
    picture: 'Uw eigen beeld',
    pictureOff: 'Uw camera staat uit',
    cameraOptional: 'In deze groep mag uw camera uit blijven.',
    useLater: 'Dit kunt u straks altijd zelf veranderen.',
    level: 'Hoe hard u klinkt',
    toneHint: 'Hoort u de toon? Dan hoort u de anderen ook.',
    asking: 'Uw browser vraagt om uw camera en microfoon',
    denied: 'Uw camera en microfoon zijn geblokkeerd',
    missingText: 'Sluit er een aan en probeer opnieuw. Zonder kunt u wel kijken en luisteren.',
    busy: 'Een ander programma gebruikt uw camera of microfoon',
    withoutDevices: 'U kunt ook verder zonder camera en microfoon.',
    help: (button: string) =>
      `‘${button}’ is voor als het niet goed met u gaat. Werkt alleen iets niet, ga dan gewoon verder.`,
  },

  waiting: {
    ...nl.waiting,
    title: 'U bent op de goede plek',
    soonBy: (names: string) => `${names} laat u zo binnen.`,
    soon: 'De therapeut laat u zo binnen.',
    nothingToDo: 'U hoeft niets te doen. Laat deze pagina open.',
    unseen: 'Niemand ziet of hoort u hier.',
    onEntering: 'Zo gaat u straks naar binnen:',
    micOn: 'met uw microfoon aan',
    micOff: 'met uw microfoon uit',
    cameraOn: 'met uw camera aan',
    cameraOff: 'met uw camera uit',
    meet: {
      ...nl.waiting.meet,
      check: 'In de wachtkamer ziet en hoort u de anderen die wachten. Uw microfoon en camera staan daar eerst uit.',
      soon: 'Zo ziet en hoort u de anderen in de wachtkamer, en zij u.',
      off: 'Uw microfoon en camera zijn uit. U kunt ze zelf aanzetten.',
      here: 'U ziet en hoort de anderen in de wachtkamer. De groep hoort u niet.',
      nobody: 'U wacht nu nog alleen. Komt er iemand bij, dan hoort u dat eerst.',
      later: 'Zodra er een therapeut is, ziet en hoort u de anderen in de wachtkamer.',
      others: 'Anderen die wachten, zien en horen elkaar. U wacht alleen.',
    },
  },

  ended: {
    ...nl.ended,
    text: 'Neem even tijd voor uzelf. Drink iets, kijk naar buiten.',
    closeText: 'U kunt deze pagina sluiten.',
    needHelp: 'Hebt u nu hulp nodig?',
    practice: 'Wilt u de praktijk spreken? Bel',
    suicidePrevention: 'Denkt u aan zelfdoding? Bel',
    left: 'U hebt de groep verlaten',
    leftText: 'De anderen zien dat u weg bent. Uw plek blijft vrij.',
    removed: 'U kunt niet meer meedoen',
    removedText: 'De therapeut heeft u uit deze bijeenkomst gehaald.',
    removedHelp: 'Bel of mail uw therapeut als u hierover wilt praten.',
    replaced: 'U doet nu mee op een andere pagina',
    replacedText: 'Deze pagina is gestopt. U kunt hem sluiten.',
    outdatedText: 'Laad de pagina opnieuw. Uw plek blijft vrij.',
    reconnecting: 'Uw verbinding is even weg',
    reconnectingText: 'We verbinden opnieuw. U hoeft niets te doen.',
    seatStays: 'Uw plek blijft vrij',
    seatStaysText: 'We blijven proberen te verbinden. Kijk of uw wifi aan staat.',
    back: 'Uw verbinding is terug',
  },

  care,
  room,
  turns,
} satisfies typeof nl
