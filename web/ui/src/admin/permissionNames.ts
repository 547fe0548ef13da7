/** What permissions are called: in English as the API says it, in Spanish by what is done. */

const ACTIONS: Record<string, string> = {
  list: "Ver la lista",
  read: "Ver uno",
  create: "Crear",
  change: "Cambiar",
  delete: "Eliminar",
  versions: "Ver las versiones",
  restore: "Recuperar una versión",
  events: "Ver qué ocurrió",
  trace: "Ver la señalización SIP",
  originate: "Llamar",
  hangup: "Colgar",
  hold: "Retener y retomar",
  transfer: "Transferir",
  transfer_complete: "Completar una transferencia",
  transfer_cancel: "Cancelar una transferencia",
  conference: "Reunir en conferencia",
  park: "Aparcar",
  recording: "Grabar, pausar y parar",
  recording_state: "Ver si se graba",
  breaks: "Ver los motivos de pausa",
  supervise: "Escuchar, susurrar e intervenir",
  take_over: "Tomar la llamada",
  notes: "Ver las notas",
  add_note: "Añadir notas",
  audio: "Escuchar",
  set: "Cambiar el estado de otros",
  set_me: "Cambiar mi estado",
  import: "Importar",
  export: "Exportar",
  progress: "Ver el avance de una importación",
  queues: "Informe de colas",
  agents: "Informe de agentes",
  numbers: "Informe de números",
  menus: "Informe de menús",
  undo: "Deshacer un cambio",
  record: "Subir grabaciones",
  speak: "Oír un texto",
  health: "Ver el estado",
  setup: "Primeros pasos",
  password: "Fijar contraseñas",
  telephone: "Hacer contraseñas de teléfono",
  sign_out: "Cerrar sesiones",
  second_factor: "Quitar el segundo factor",
  test: "Probar",
  check: "Comprobar",
  secret: "Hacer secretos",
  deliveries: "Ver los envíos",
  redeliver: "Enviar otra vez",
  forms: "Ver de qué consta la empresa",
  permissions: "Ver los permisos",
  lookup: "Buscar quién llama",
  sip: "Usar el navegador como teléfono",
  move: "Mover",
  disposition: "Anotar el resultado",
  script: "Ver el guion",
  erase: "Borrar todo lo grabado de alguien",
  "recordings.hold": "Retener para que no se borre",
  "voicemails.restore": "Recuperar un mensaje eliminado",
  "greetings.restore": "Recuperar un saludo eliminado",
};

const RESOURCES: Record<string, string> = {
  calls: "Llamadas",
  recordings: "Grabaciones",
  voicemails: "Mensajes de voz",
  contacts: "Clientes",
  companies: "Empresas de clientes",
  leads: "Oportunidades nuevas",
  deals: "Negocios",
  tasks: "Tareas",
  activities: "Actividades",
  lookup: "Búsqueda",
  reports: "Informes",
  events: "Sucesos en vivo",
  agents: "Agentes",
  session: "Sesión",
};

const readable = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).replace(/_/g, " ");

export function permissionName(name: string, summary: string, language: "es" | "en"): string {
  if (language === "en") return summary.replace(/^Settings: /, "");
  const action = name.split(".").at(-1) ?? name;
  return ACTIONS[name] ?? ACTIONS[action] ?? readable(action);
}

export const resourceName = (name: string, language: "es" | "en") =>
  (language === "es" ? RESOURCES[name] : undefined) ?? readable(name);
