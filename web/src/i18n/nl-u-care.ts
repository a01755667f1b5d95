/** The words around a person who needs help, in the u form. */
import care from './nl-care'

export default {
  ...care,
  title: 'Uw vraag om hulp',
  sending: 'Uw vraag wordt verstuurd. U hoeft niets meer te doen.',
  delivered: 'Uw vraag is aangekomen bij uw therapeut.',
  unseen: 'Nog niemand heeft gekeken. Uw therapeut hoort nu een geluid.',
  emergencySent: 'Uw therapeut hoort nu een alarm.',
  nobodyThere: 'Uw vraag is aangekomen. Er is nog geen therapeut.',
  emergencyHint: 'Bij Nood hoort uw therapeut meteen een alarm.',
  practice: 'Uw praktijk bellen?',
  yourMessage: 'Uw bericht',
  tooMany: 'Uw vorige berichten worden nog gelezen. Wacht even.',
  ownTalkHint: 'Ongeveer. Dit zien alleen u en uw therapeuten. U hoeft niets te zeggen.',
  leaveWord: 'Wilt u de therapeut iets laten weten?',

  door: {
    ...care.door,
    comes: (name: string) => `${name} komt zo even bij u.`,
    comesHint: 'U ziet en hoort elkaar dan. De groep merkt niets.',
    unheard: (name: string) => `${name} hoort u nog niet: uw microfoon staat uit.`,
    here: (name: string) => `${name} is bij u. De groep hoort u samen niet.`,
    opening: (name: string) => `${name} krijgt bericht dat u komt.`,
    private: 'De groep ziet en hoort u samen niet.',
    self: 'U',
    isWithYou: 'even met u',
    leaveText: (name: string) => `Gaat u terug, dan is ${name} weer alleen.`,
  },

  lookBack: {
    ...care.lookBack,
    hint: 'Alleen uw therapeuten lezen dit. U mag het ook overslaan.',
    marks: {
      relationship: { ...care.lookBack.marks.relationship, question: 'Voelde u zich gezien en gehoord?' },
      topics: { ...care.lookBack.marks.topics, question: 'Ging het over wat voor u telt?' },
      approach: { ...care.lookBack.marks.approach, question: 'Past deze manier van werken bij u?' },
      overall: care.lookBack.marks.overall,
    },
    line: 'Wilt u er iets bij schrijven?',
    sent: 'Dank u. Uw therapeuten kunnen het lezen.',
  },

  card: {
    ...care.card,
    title: 'Waar bent u nu?',
    hint: 'Zo kan uw therapeut hulp sturen als dat nodig is. Alleen uw therapeuten kunnen dit openen. U mag het overslaan.',
    place: 'Op welk adres bent u?',
    phone: 'Op welk nummer bent u te bereiken?',
    saved: 'Bewaard. U kunt het altijd veranderen.',
    logged: 'In het logboek staat dat u dit hebt geopend.',
    everyoneHint: 'Tot een dag na de bijeenkomst kunt u zien waar iemand was.',
  },
} satisfies typeof care
