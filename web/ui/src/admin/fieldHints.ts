/** What a newcomer asks of a field, in a sentence under it: by its name, or by kind of part and name. */

import { isNamedPart } from "./labels";

type Pair = [es: string, en: string];

const HINTS: Record<string, Pair> = {
  "people.login": ["Con él se entra en esta página", "It signs in to this page"],
  "people.extension": ["El número interior, de 2 a 6 cifras", "The inside number, 2 to 6 digits"],
  "people.department": [
    "A quién alcanza un permiso «del departamento»",
    "Whom a permission of “the department” reaches",
  ],
  "people.caller_id": [
    "El que ve quien recibe sus llamadas; vacío: el de la troncal",
    "What those who are called see; empty: the trunk's",
  ],
  "people.pickup_group": [
    "Los del mismo grupo capturan sus llamadas con *8",
    "Others of the group pick up these calls with *8",
  ],
  "numbers.number": ["Con prefijo de país: +34910000001", "With its country: +34910000001"],
  "numbers.language": ["El de las locuciones; vacío: el de la empresa", "Of what is said; empty: the company's"],
  "queues.strategy": ["A quién se ofrece la siguiente llamada", "Who is offered the next call"],
  "queues.ring_timeout_s": ["Después se ofrece a otro agente", "Then another agent is offered it"],
  "queues.wrap_up_s": ["Tras cada llamada, antes de la siguiente", "After each call, before the next one"],
  "queues.service_level_s": [
    "Atender antes de este tiempo cuenta como buen servicio",
    "Answered within this counts as good service",
  ],
  "queues.max_wait_s": ["Quien espera más va al destino de abajo", "Who waits longer goes to the destination below"],
  "queues.announce_position_s": ["0: no se anuncia", "0: never"],
  "queues.music": [
    "«default», o el nombre de una música de Locuciones",
    "“default”, or the name of a music of Prompts",
  ],
  penalty: ["0: primero; con más, solo si no hay otros", "0: first; with more, only when nobody else is free"],
  skills: ["nombre: nivel (1 es el mejor)", "name: level (1 is best)"],
  "trunks.host": ["El servidor SIP del operador: nombre o dirección", "The carrier's SIP server: a name or an address"],
  "trunks.username": [
    "Vacío si el operador te conoce por tu dirección",
    "Empty where the carrier knows you by your address",
  ],
  "trunks.caller_id": ["El que se enseña cuando la persona no tiene uno", "Shown when the person has none"],
  "trunks.register_s": ["0: no se registra", "0: does not register"],
  "trunks.check_s": ["0: no se le pregunta si está", "0: is not asked whether it is there"],
  "trunks.number_format": ["Cómo quiere el operador los números", "How the carrier wants its numbers"],
  "webhooks.url": ["Recibe cada suceso con POST, firmado", "Gets each event by POST, signed"],
  "webhooks.events": [
    "Un tipo (call.ended), un grupo (call) o * para todos",
    "A type (call.ended), a group (call), or * for all",
  ],
  "ring_groups.strategy": ["En qué orden suenan", "In which order they ring"],
  "switches.number": ["Se enciende y apaga con *28 y este número", "*28 and this number turn it on and off"],
  "rooms.extension": ["Se entra marcándola", "One enters by dialling it"],
  "rooms.pin": ["Vacío: entra cualquiera", "Empty: anybody may enter"],
  "voicemail_boxes.mail_to": ["Reciben cada mensaje, con su sonido", "Get every message, with its sound"],
  "company.reception": ["Adonde va lo que no tiene otro destino", "Where calls go that lead nowhere else"],
  "company.time_zone": ["Por ella se cuentan los días y van los horarios", "Days are counted and hours go by it"],
  "report_mails.only": [
    "Una cola, agente, número o menú; vacío: todos",
    "One queue, agent, number or menu; empty: all",
  ],
  "report_mails.hour": ["Al día siguiente, los lunes o el día 1", "The day after, on Mondays, or on the 1st"],
  "report_mails.mail_to": ["Direcciones de correo", "E-mail addresses"],
  "crm_rules.*.to": [
    "Si no hay tal persona, la otra; por ejemplo, nadie atendió una perdida",
    "Where there is nobody, the other one: nobody took a missed call",
  ],
  "crm_rules.*.text": [
    "{number}, {name} y los demás datos se rellenan solos",
    "{number}, {name} and the other facts fill themselves in",
  ],
  due_min: ["0: sin plazo", "0: no time"],
  "campaigns.queue": ["Sus agentes llaman y su guion se muestra", "Its agents call, and its script is shown"],
  "campaigns.agents": ["Vacío: todos los de la cola", "Empty: all of the queue's"],
};
const SHORT_NAME: Pair = [
  "Minúsculas, cifras y guiones; no se cambia después",
  "Small letters, digits and hyphens; it stays",
];

/** The sentence under a field of `kind`; undefined where its label says it all. `root`: not inside another field. */
export function fieldHint(kind: string, name: string, root: boolean, language: "es" | "en"): string | undefined {
  const pair =
    HINTS[root ? `${kind}.${name}` : `${kind}.*.${name}`] ??
    (root && name === "name" && isNamedPart(kind) ? SHORT_NAME : HINTS[name]);
  return pair?.[language === "es" ? 0 : 1];
}
