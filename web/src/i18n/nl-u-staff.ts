/** The words that only staff read, in the u form. */
import staff from './nl-staff'
import home from './nl-u-home'

export default {
  ...staff,

  room: {
    ...staff.room,
    pinned: 'door de therapeuten gezet',
    talkHint: 'Ongeveer, en alleen voor de therapeuten. Na de bijeenkomst is het weg.',
    hearsNot: (name: string, others: string) =>
      name ? `${name} hoort ${others} niet goed.` : `U hoort ${others} niet goed.`,
    screen: {
      ...staff.room.screen,
      title: 'Uw scherm delen?',
      text: 'Iedereen in de kring ziet wat u deelt. Ook meldingen, namen en aantekeningen die erop komen.',
      advice: 'Kies liever één venster dan uw hele scherm. Geluid gaat niet mee.',
      choose: 'Kies wat u deelt',
      chosenNone: 'Er is niets gekozen. Niemand ziet uw scherm.',
      shared: 'U deelt uw scherm',
    },
    did: {
      ...staff.room.did,
      screenShared: 'Iedereen in de kring ziet nu wat u deelt.',
      screenNotShared: 'Niemand ziet uw scherm meer.',
    },
    removeTitle: (name: string) => `Wilt u ${name} verwijderen?`,
    endTitle: 'Wilt u de bijeenkomst afronden?',
    draftHint: 'Alleen de therapeuten zien dit. De deelkringen gaan open als u op Openen drukt.',
    youAreHere: 'U bent hier',
    helpAsked: (circle: string) => `${circle} vraagt u erbij`,
  },

  care: {
    ...staff.care,
    from: (name: string) => `${name}, alleen aan de therapeuten`,
  },

  home,
} satisfies typeof staff
