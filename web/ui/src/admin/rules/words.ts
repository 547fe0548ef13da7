/** What a rule of the CRM says: its facts, and its parts in sentences. */

import { useAdmin } from "../words";

type Pair = [es: string, en: string];

/** A fact as a field names it, and within a sentence. */
const FACTS: Record<string, [label: Pair, said: Pair]> = {
  known: [
    ["Cliente conocido", "Known customer"],
    ["quien llama es cliente conocido", "the caller is a known customer"],
  ],
  vip: [
    ["VIP", "VIP"],
    ["el cliente es VIP", "the customer is a VIP"],
  ],
  repeat: [
    ["Vuelve a llamar", "Comes back"],
    ["es un cliente que vuelve", "it is a customer who comes back"],
  ],
  number: [
    ["Número", "Number"],
    ["el número", "the number"],
  ],
  name: [
    ["Nombre", "Name"],
    ["el nombre", "the name"],
  ],
  company: [
    ["Empresa del cliente", "Customer's company"],
    ["la empresa del cliente", "the customer's company"],
  ],
  language: [
    ["Idioma del cliente", "Customer's language"],
    ["el idioma del cliente", "the customer's language"],
  ],
  responsible: [
    ["Responsable del cliente", "Responsible for the customer"],
    ["el responsable del cliente", "who is responsible"],
  ],
  direction: [
    ["Sentido", "Direction"],
    ["la llamada", "the call"],
  ],
  dialled: [
    ["Número marcado", "Number dialled"],
    ["el número marcado", "the number dialled"],
  ],
  queue: [
    ["Cola", "Queue"],
    ["la cola", "the queue"],
  ],
  agent: [
    ["Quien la atendió", "Who took it"],
    ["quien la atendió", "who took it"],
  ],
  result: [
    ["Resultado", "Result"],
    ["el resultado", "the result"],
  ],
  reason: [
    ["Motivo del final", "Why it ended"],
    ["el motivo del final", "why it ended"],
  ],
  wait_s: [
    ["Espera (segundos)", "Waited (seconds)"],
    ["la espera en segundos", "the wait in seconds"],
  ],
  talk_s: [
    ["Conversación (segundos)", "Talked (seconds)"],
    ["la conversación en segundos", "the talk in seconds"],
  ],
  transfers: [
    ["Transferencias", "Transfers"],
    ["el número de transferencias", "the number of transfers"],
  ],
  rating: [
    ["Valoración", "Rating"],
    ["la valoración", "the rating"],
  ],
  source: [
    ["Origen (número marcado)", "Source (number dialled)"],
    ["el origen", "the source"],
  ],
  box: [
    ["Buzón", "Voicemail box"],
    ["el buzón", "the box"],
  ],
  hour: [
    ["Hora (0–23)", "Hour (0–23)"],
    ["la hora", "the hour"],
  ],
  weekday: [
    ["Día de la semana", "Weekday"],
    ["el día", "the day"],
  ],
};

const VALUES: Record<string, Pair> = {
  es: ["español", "Spanish"],
  en: ["inglés", "English"],
  inbound: ["entrante", "inbound"],
  outbound: ["saliente", "outbound"],
  internal: ["interna", "internal"],
  answered: ["atendida", "answered"],
  abandoned: ["abandonada", "abandoned"],
  missed: ["perdida", "missed"],
  cancelled: ["cancelada", "cancelled"],
  voicemail: ["buzón de voz", "voicemail"],
  callback: ["devolución pedida", "callback"],
  blocked: ["bloqueada", "blocked"],
  busy: ["ocupado", "busy"],
  failed: ["fallida", "failed"],
  mon: ["lunes", "Monday"],
  tue: ["martes", "Tuesday"],
  wed: ["miércoles", "Wednesday"],
  thu: ["jueves", "Thursday"],
  fri: ["viernes", "Friday"],
  sat: ["sábado", "Saturday"],
  sun: ["domingo", "Sunday"],
  yes: ["sí", "yes"],
  no: ["no", "no"],
};

const WORDS = {
  when: ["Cuando {event}", "When {event}"],
  "call.answered": ["se atiende una llamada", "a call is answered"],
  "call.missed": ["se pierde una llamada", "a call is missed"],
  "call.ended": ["acaba una llamada", "a call ends"],
  "lead.created": ["nace una oportunidad", "a lead is created"],
  "voicemail.ready": ["llega un mensaje de voz", "a voice message arrives"],
  and: [" y ", " and "],
  but: ["no es cierto que {said}", "it is not true that {said}"],
  task: ["crea una tarea para {to}: {title}", "make a task for {to}: {title}"],
  due: [", con {min} min de plazo", ", due in {min} min"],
  notify: ["avisa en la página a {to}: {title}", "notify {to} on the page: {title}"],
  assign: ["hace responsable a {to}", "make {to} responsible"],
  webhook: ["avisa al webhook {webhook}", "tell the webhook {webhook}"],
  message: ["envía un correo a {to}: {title}", "send an e-mail to {to}: {title}"],
  agent: ["quien atendió la llamada", "who took the call"],
  responsible: ["quien lleva al cliente", "who looks after the customer"],
  quoted: ["«{text}»", "“{text}”"],
  nothing: ["no hace nada", "do nothing"],
  readBack: ["La regla, en palabras", "The rule in words"],
  tryIt: ["Probar con lo último que pasó", "Try it with what happened last"],
  tryHint: ["No se hace nada: solo se dice lo que haría.", "Nothing is done: it only says what it would do."],
  never: ["Últimamente no ha pasado nada así.", "Nothing of the kind has happened lately."],
  wouldAct: ["Con lo de {who}, {when}, haría:", "With {who}, {when}, it would:"],
  wouldNot: [
    "Con lo de {who}, {when}, no haría nada, porque no se cumple: {what}",
    "With {who}, {when}, it would do nothing, as this does not hold: {what}",
  ],
  someone: ["un número oculto", "a withheld number"],
  nobody: ["nadie", "nobody"],
  openCall: ["Abrir la llamada", "Open the call"],
  unknownTo: ["este suceso no lo sabe", "this event does not know it"],
} satisfies Record<string, Pair>;

export type RuleWord = keyof typeof WORDS;
export type Language = "es" | "en";

const place = (language: Language) => (language === "es" ? 0 : 1);

export function say(word: RuleWord, language: Language, blanks: Record<string, string | number> = {}): string {
  return WORDS[word][place(language)].replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in blanks ? String(blanks[name]) : whole,
  );
}

export const isRuleWord = (word: string): word is RuleWord => word in WORDS;
export const factLabel = (fact: string, language: Language) => FACTS[fact]?.[0][place(language)] ?? fact;
export const factSaid = (fact: string, language: Language) => FACTS[fact]?.[1][place(language)] ?? fact;
export const valueLabel = (value: string, language: Language) => VALUES[value]?.[place(language)] ?? value;

export function useRuleWords() {
  const { language } = useAdmin();
  return { r: (word: RuleWord, blanks?: Record<string, string | number>) => say(word, language, blanks), language };
}
