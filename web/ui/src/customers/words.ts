/** Words of taking customers over from a table, writing them out and making one of two. */

import { useSpeech } from "../text/language";
import { fill } from "../text/words";

type Pair = [es: string, en: string];

const WORDS = {
  importCsv: ["Importar CSV", "Import CSV"],
  exportCsv: ["Exportar CSV", "Export CSV"],
  importTitle: ["Importar clientes", "Import customers"],
  importHint: [
    "Un archivo CSV, como lo guarda Excel. Quien ya tiene uno de los números se actualiza; los demás son nuevos.",
    "A CSV file as Excel saves it. Whoever has one of the numbers already is updated; the others are new.",
  ],
  chooseFile: ["Elegir archivo", "Choose a file"],
  otherFile: ["Otro archivo", "Another file"],
  dropHere: ["o suéltalo aquí", "or drop it here"],
  columns: ["Columnas", "Columns"],
  columnsHint: [
    "Di qué es cada columna del archivo; lo que no hace falta se deja fuera.",
    "Say what each column of the file is; what is not needed is left out.",
  ],
  leaveOut: ["No importar", "Leave out"],
  name: ["Nombre", "Name"],
  company: ["Empresa", "Company"],
  numbers: ["Números", "Numbers"],
  language: ["Idioma", "Language"],
  responsible: ["Responsable", "Responsible"],
  email: ["Correo", "E-mail"],
  vip: ["VIP", "VIP"],
  id: ["Identificador", "Id"],
  preview: ["Primeras filas", "First rows"],
  rowsInFile: ["{rows} filas en {file}", "{rows} rows in {file}"],
  needsName: ["Falta decir qué columna es el nombre.", "One column has to be the name."],
  twice: ["Dos columnas son «{column}»; elige una.", "Two columns are “{column}”; choose one."],
  noRows: ["El archivo no tiene filas.", "The file has no rows."],
  tooMany: ["El archivo tiene {rows} filas; se admiten {most}.", "The file has {rows} rows; allowed: {most}."],
  check: ["Comprobar", "Check"],
  checking: ["Comprobando {rows} filas…", "Checking {rows} rows…"],
  writing: ["Importando {rows} filas…", "Importing {rows} rows…"],
  checked: [
    "Todo está bien: {added} nuevos y {changed} que se actualizan.",
    "All is well: {added} new ones, and {changed} that are updated.",
  ],
  takeOver: ["Importar {rows}", "Import {rows}"],
  done: ["Importados: {added} nuevos, {changed} actualizados", "Imported: {added} new, {changed} updated"],
  wrongLines: [
    "No se ha importado nada. Corrige esto en el archivo y elígelo otra vez:",
    "Nothing was imported. Put this right in the file and choose it again:",
  ],
  faultLine: ["Línea {line}, {column}: {message}", "Line {line}, {column}: {message}"],
  close: ["Cerrar", "Close"],
  cancel: ["Cancelar", "Cancel"],
  mayBeSame: [
    "Puede ser el mismo cliente que {name}: tienen en común {what}.",
    "This may be the same customer as {name}: they share {what}.",
  ],
  sameNumber: ["el número {value}", "the number {value}"],
  sameName: ["el nombre", "the name"],
  compare: ["Comparar y unir", "Compare and merge"],
  mergeWith: ["Unir con otro", "Merge with another"],
  mergeTitle: ["Hacer uno de dos clientes", "Make one customer of two"],
  mergeSearch: ["Buscar al otro cliente", "Search for the other customer"],
  keep: ["Se queda con este nombre y sus datos", "Keep this one's name and facts"],
  goes: ["Se une al otro y desaparece", "Joins the other and goes"],
  mergeHint: [
    "Lo que le falte lo toma del otro. Números, historial, llamadas, leads, negocios y tareas de los dos se juntan.",
    "What it lacks is taken from the other. Numbers, history, calls, leads, deals and tasks of both come together.",
  ],
  mergeWarning: [
    "Esto no se puede deshacer: después solo queda uno.",
    "This cannot be undone: afterwards there is only one.",
  ],
  merge: ["Unir los dos", "Merge the two"],
  merged: ["Ahora son un solo cliente", "They are one customer now"],
  searchMore: ["Buscar por nombre, empresa o número", "Search by name, company or number"],
  noneFound: ["Nadie encaja con la búsqueda.", "Nobody fits the search."],
  none: ["–", "–"],
  yes: ["sí", "yes"],
  no: ["no", "no"],
  toDeal: ["Convertir en negocio", "Turn into a deal"],
  dealTitle: ["De qué trata el negocio", "What the deal is about"],
  giveUp: ["Dar por perdido", "Mark as lost"],
  createdAt: ["Alta", "Since"],
} satisfies Record<string, Pair>;

export type CustomerWord = keyof typeof WORDS;

export const isCustomerWord = (word: string): word is CustomerWord => word in WORDS;

export function useCustomerWords() {
  const { language } = useSpeech();
  return {
    c: (word: CustomerWord, blanks?: Record<string, string | number>) =>
      fill(WORDS[word][language === "es" ? 0 : 1], blanks),
    language,
  };
}
