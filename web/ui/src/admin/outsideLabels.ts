/** What the fields and choices are called that have to do with carriers and with what may be dialled outside. */

type Pair = [es: string, en: string];

export const OUTSIDE_FIELDS: Record<string, Pair> = {
  group: ["Grupo de troncales", "Group of trunks"],
  respond_s: ["Espera a que responda (segundos)", "Wait for its response (seconds)"],
  tls_name: ["Nombre de su certificado TLS", "Name in its TLS certificate"],
  digits: ["Cómo van las teclas", "How keys are sent"],
  codecs: ["Códecs", "Codecs"],
  early_media: ["Se oye su sonido antes de contestar", "Its sound before the answer is heard"],
  from_user: ["Usuario en From", "User in From"],
  from_domain: ["Dominio en From", "Domain in From"],
  identity: ["Cabecera que acredita el número", "Header that vouches for the number"],
  caller_format: ["Cómo se escribe quien llama", "How the caller is written"],
  forwarded_calls_show: ["En llamadas desviadas se muestra", "Forwarded calls show"],
  strangers: ["Si llama un desconocido", "When a stranger calls"],
  follow_transfers: ["El responsable cambia al transferir", "A transfer changes who is responsible"],
};

export const OUTSIDE_CHOICES: Record<string, Pair> = {
  create: ["Se crea la oportunidad", "The lead is created"],
  suggest: ["Se propone a quien contesta", "It is suggested to who answers"],
  full: ["Cola llena", "The queue is full"],
  no_agents: ["No hay agentes", "No agents"],
  all_on_break: ["Todos en pausa", "Everybody on a break"],
  outside_hours: ["Fuera del horario", "Outside the hours"],
  long_wait: ["Espera larga", "A long wait"],
};

/** By kind of part: the same words mean something else elsewhere. */
export const OUTSIDE_CHOICES_OF_KIND: Record<string, Pair> = {
  "company.national": ["Nacionales", "National"],
  "company.mobile": ["Móviles", "Mobile"],
  "company.shared_cost": ["De coste compartido", "Shared cost"],
  "company.premium": ["De tarificación adicional", "Premium rate"],
  "company.international": ["Internacionales", "International"],
  "company.satellite": ["Por satélite", "Satellite"],
  "company.*": ["Todos", "All"],
  "trunks.auto": ["Según se pueda", "Whatever it takes"],
  "trunks.info": ["SIP INFO", "SIP INFO"],
  "trunks.number": ["El número de quien llama", "The caller's number"],
  "trunks.username": ["Nuestra cuenta", "Our account"],
  "trunks.asserted": ["P-Asserted-Identity", "P-Asserted-Identity"],
  "trunks.remote_party": ["Remote-Party-ID", "Remote-Party-ID"],
  "trunks.both": ["Las dos", "Both"],
  "trunks.none": ["Ninguna", "None"],
  "trunks.company": ["El número de la empresa", "The company's number"],
  "trunks.caller": ["El de quien llama", "The caller's"],
  "webhooks.*": ["Todos", "All"],
};
