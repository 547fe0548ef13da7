/** The words of the campaigns' page, loaded with it: Spanish, English. */

import { useSpeech } from "./language";
import { fill } from "./words";

type Pair = [es: string, en: string];

const WORDS = {
  noCampaigns: ["No hay campañas", "No campaigns"],
  noCampaignsHint: [
    "Un administrador las crea en los ajustes; los contactos llegan aquí en un fichero CSV.",
    "An administrator makes them in the settings; contacts come here from a CSV file.",
  ],
  campaignRunning: ["en marcha", "running"],
  campaignPaused: ["en pausa", "paused"],
  campaignStopped: ["parada", "stopped"],
  campaignPreview: ["El agente decide cada llamada", "The agent decides on each call"],
  campaignProgressive: ["Llama según quedan agentes libres", "Calls as agents become free"],
  campaignContacts: ["Contactos de un fichero CSV (number, name)", "Contacts from a CSV file (number, name)"],
  campaignPause: ["Pausar", "Pause"],
  campaignStart: ["Empezar", "Start"],
  campaignStop: ["Parar y olvidar a quien falta por llamar", "Stop, and forget who has not been called"],
  campaignProgress: ["Contactos terminados", "Contacts done"],
  campaignLeft: ["{waiting} por llamar, {calling} llamando", "{waiting} to call, {calling} being called"],
  campaignAdded: ["{added} nuevos de {given} contactos", "{added} new of {given} contacts"],
  campaignWrongFile: ["No se ha tomado nada.", "Nothing was taken over."],
  campaignAnswered: ["Contestadas", "Answered"],
  campaignMachine: ["Contestador", "Machine"],
  campaignMessageLeft: ["Mensaje dejado", "Message left"],
  campaignNoAnswer: ["Sin respuesta", "No answer"],
  campaignBusy: ["Comunica", "Busy"],
  campaignFailed: ["Fallidas", "Failed"],
  campaignCancelled: ["Abandonadas", "Given up"],
  campaignSkipped: ["Omitidas", "Left out"],
  campaignUnwanted: ["No llamar", "Do not call"],
  campaignNoHours: ["Nunca en horario", "Never within the hours"],
  campaignWithdrawn: ["Retiradas", "Withdrawn"],
  campaignAttempts: ["Intentos", "Attempts"],
  campaignAttempt: ["intento {attempt}", "attempt {attempt}"],
  campaignNoAttempts: ["Todavía no se ha llamado a nadie.", "Nobody has been called yet."],
} satisfies Record<string, Pair>;

export type CampaignWord = keyof typeof WORDS;

export function useCampaignWords() {
  const { language } = useSpeech();
  return (word: CampaignWord, blanks?: Record<string, string | number>) =>
    fill(WORDS[word][language === "es" ? 0 : 1], blanks);
}
