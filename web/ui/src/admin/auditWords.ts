/** What the audit log says, in sentences: who is before them, `{name}` stands for the thing. */

import type { AuditAction, AuditKind } from "./auditSentence";

type Pair = [es: string, en: string];

export const ACTIONS: Record<AuditAction, Pair> = {
  created: ["creó", "created"],
  changed: ["cambió", "changed"],
  deleted: ["eliminó", "deleted"],
  restored: ["recuperó", "restored"],
  moved: ["movió", "moved"],
  imported: ["importó en", "imported into"],
  merged: ["unió", "merged"],
  recorded: ["grabó", "recorded"],
  erased: ["borró", "erased"],
  held: ["retuvo", "held back from erasure"],
  released: ["dejó de retener", "released for erasure"],
  ended: ["terminó", "ended"],
  password_set: ["fijó la contraseña de", "set the password of"],
  telephone_password_set: ["hizo una contraseña de teléfono para", "made a telephone password for"],
  secret_set: ["hizo un secreto para", "made a secret for"],
  signed_out: ["cerró las sesiones de", "signed out"],
  second_factor_on: ["activó el segundo factor de", "turned on the second factor of"],
  second_factor_dropped: ["quitó el segundo factor de", "removed the second factor of"],
  running: ["puso en marcha", "started"],
  paused: ["pausó", "paused"],
  stopped: ["detuvo", "stopped"],
  listen: ["escuchó", "listened to"],
  whisper: ["susurró al agente en", "whispered to the agent in"],
  barge: ["intervino en", "joined"],
  taken_over: ["tomó", "took over"],
};

/** With their article; as a choice they begin with a capital. */
export const KINDS: Record<AuditKind, Pair> = {
  company: ["la empresa", "the company"],
  recordings: ["la política de grabación", "the recordings policy"],
  person: ["la persona", "the person"],
  number: ["el número", "the number"],
  queue: ["la cola", "the queue"],
  ring_group: ["el grupo", "the group"],
  room: ["la sala", "the room"],
  switch: ["el conmutador", "the switch"],
  voicemail_box: ["el buzón", "the box"],
  trunk: ["la troncal", "the trunk"],
  menu: ["el menú", "the menu"],
  role: ["el rol", "the role"],
  webhook: ["el webhook", "the webhook"],
  crm_rule: ["la regla del CRM", "the CRM rule"],
  campaign: ["la campaña", "the campaign"],
  report_mail: ["el informe por correo", "the report by mail"],
  block_rule: ["la lista negra", "the block list"],
  do_not_call: ["la lista de no llamar", "the do-not-call list"],
  prompt: ["la locución", "the prompt"],
  greeting: ["el saludo del buzón", "the greeting of the box"],
  token: ["el token", "the token"],
  call: ["la llamada de", "the call of"],
  recording: ["la grabación de la llamada de", "the recording of the call of"],
  voicemail: ["el mensaje de voz de", "the voice message of"],
  callback: ["la devolución de llamada a", "the callback to"],
  place: ["el puesto en la cola de", "the place in the line of"],
  wrap_up: ["el cierre de", "the wrap-up of"],
  contact: ["el cliente", "the customer"],
};

/** Where an action and a thing make another sentence than the two words; `.one`: of one thing, `.all`: of nobody in particular. */
export const SENTENCES: Record<string, Pair> = {
  "block_rule.created": ["añadió {name} a la lista negra", "added {name} to the block list"],
  "block_rule.deleted": ["quitó {name} de la lista negra", "took {name} off the block list"],
  "block_rule.imported": ["importó {count} números en la lista negra", "imported {count} numbers into the block list"],
  "block_rule.imported.one": ["importó un número en la lista negra", "imported one number into the block list"],
  "do_not_call.created": ["añadió {name} a la lista de no llamar", "added {name} to the do-not-call list"],
  "do_not_call.deleted": ["quitó {name} de la lista de no llamar", "took {name} off the do-not-call list"],
  "contact.imported": ["importó {count} clientes", "imported {count} customers"],
  "contact.imported.one": ["importó un cliente", "imported one customer"],
  "contact.merged": ["unió otro cliente con {name}", "merged another customer into {name}"],
  "campaign.imported": [
    "importó {count} clientes en la campaña {name}",
    "imported {count} customers into the campaign {name}",
  ],
  "campaign.imported.one": [
    "importó un cliente en la campaña {name}",
    "imported one customer into the campaign {name}",
  ],
  "recording.erased": ["borró {count} grabaciones de {name}", "erased {count} recordings of {name}"],
  "recording.erased.one": ["borró una grabación de {name}", "erased one recording of {name}"],
  "recording.erased.all": ["borró {count} grabaciones", "erased {count} recordings"],
  "recording.erased.all.one": ["borró una grabación", "erased one recording"],
  "voicemail.erased": ["borró {count} mensajes de voz de {name}", "erased {count} voice messages of {name}"],
  "voicemail.erased.one": ["borró un mensaje de voz de {name}", "erased one voice message of {name}"],
  "voicemail.erased.all": ["borró {count} mensajes de voz", "erased {count} voice messages"],
  "voicemail.erased.all.one": ["borró un mensaje de voz", "erased one voice message"],
  "place.moved": ["cambió de puesto en la cola a {name}", "moved {name} to another place in the line"],
};

export const SOMEBODY: Pair = ["alguien sin nombre", "somebody unknown"];

/** Why something cannot be undone. */
export const WHY_NOT: Record<"later" | "first" | "secret" | "list" | "erased" | "minute" | "happened", Pair> = {
  later: [
    "Después ha cambiado otra vez: recupera esta versión desde su página.",
    "It has changed again since: this version can be brought back from its own page.",
  ],
  first: ["Así empezó: no hay nada antes.", "It began like this: there is nothing before."],
  secret: [
    "No se deshace: lo que había antes no se guarda.",
    "This cannot be undone: what was there before is not kept.",
  ],
  list: ["Se deshace en la propia lista.", "This is undone in the list itself."],
  erased: ["Lo borrado no vuelve.", "What is erased does not come back."],
  minute: [
    "Solo se recupera durante el primer minuto, desde su página.",
    "It comes back within the first minute only, on its own page.",
  ],
  happened: ["Ya ha pasado: no hay nada que deshacer.", "It has happened: there is nothing to undo."],
};
