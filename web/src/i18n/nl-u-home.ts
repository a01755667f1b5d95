/** The words of the staff's home, in the u form. */
import home from './nl-home'

export default {
  ...home,
  empty: 'Er is nog geen groep. Maak hieronder uw eerste groep.',
  formatHint: 'Een werkvorm geeft de bijeenkomst een verloop. U kunt er altijd van afwijken.',
  observersHint: 'Iedereen ziet wie er meekijkt. U kondigt een meekijker eerst aan.',
  started: 'De bijeenkomst is open. Iedereen komt binnen met de eigen link, u ook.',
  ownGroup: 'Aanwezigheid en terugblikken vindt u met de link van een therapeut, ook na afloop.',
  enterHint: 'U gaat naar binnen met uw eigen link. Hebt u hem niet meer, maak dan een nieuwe.',
  linksOnce: 'U ziet deze links maar één keer. Kopieer ze nu en stuur ze apart naar iedere persoon.',
} satisfies typeof home
