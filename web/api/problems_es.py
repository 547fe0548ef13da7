"""What problem documents say, in Spanish.

``{}`` stands for what differs (a name, a number); it comes back at the same place of the Spanish sentence.
"""

from __future__ import annotations

import re
from functools import lru_cache

from web.api.field_sentences_es import FIELD_SENTENCES
from web.api.menu_sentences_es import MENU_SENTENCES

SENTENCES = {
    # The request
    "Malformed request": "Petición mal formada",
    "Sign in first": "Primero hay que entrar",
    "Not allowed": "Sin permiso",
    "Not found": "No existe",
    "Not acceptable": "No se puede responder así",
    "Conflict": "Ahora no se puede",
    "Too slow": "Demasiado lento",
    "Something went wrong": "Algo ha fallado",
    "the query is wrong": "la consulta tiene errores",
    "the body is wrong": "revisa los campos marcados",
    "the body is not JSON": "la petición no es JSON",
    "unknown parameter": "parámetro desconocido",
    "given twice": "está dos veces",
    "the role {} does not permit this": "tu rol ({}) no lo permite",
    "the database does not answer": "la base de datos no responde",
    "the body refers to what does not exist": "se refiere a algo que no existe",
    "another record like this exists already": "ya existe otro igual",
    "there is no such record": "ese registro no existe",
    "there is no such person": "esa persona no existe",
    "there is no such {}": "no existe",
    "nothing was taken over": "no se ha tomado nada",
    # Signing in and the own account
    "login or password is wrong": "usuario o contraseña incorrectos",
    "too many wrong passwords; try again later": "demasiadas contraseñas erróneas; prueba más tarde",
    "too many people sign in at once; try again in a moment": "entra demasiada gente a la vez; prueba en un momento",
    "a code from your authenticator is needed": "hace falta el código de tu aplicación de autenticación",
    "the code is wrong": "el código no es correcto",
    "this code is not the right one": "el código no es correcto",
    "is needed": "hace falta",
    "is wrong": "no es correcto",
    "the password is wrong": "la contraseña no es correcta",
    "this is not your password": "esta no es tu contraseña actual",
    "the new password is not taken": "la contraseña nueva no se admite",
    "the password is not taken": "la contraseña no se admite",
    "it is too easy to guess": "es demasiado fácil de adivinar",
    "the second factor is on already; turn it off first": "el segundo factor ya está activado; quítalo antes",
    "nothing waits to be confirmed": "no hay nada por confirmar; empieza de nuevo",
    "this person is deactivated": "esta persona está desactivada",
    # Calls, agents, queues
    "there is no such call": "esa llamada no existe, o no puedes verla",
    "this call is over": "esta llamada ha terminado",
    "nobody is connected to this call": "nadie habla en esta llamada",
    "nobody is connected in this call": "nadie habla en esta llamada",
    "a transfer is under way": "hay una transferencia en marcha",
    "the media workers are full": "no caben más llamadas en este momento",
    "one does not supervise one's own call": "nadie supervisa su propia llamada",
    "this is one's own call already": "ya es tu llamada",
    "{} has no telephone registered": "{} no tiene ningún teléfono conectado",
    "nothing has this number": "nadie tiene ese número",
    "answered meanwhile": "ya la ha atendido otra persona",
    "it has ended meanwhile": "ha terminado entretanto",
    "nobody is parked in slot {}": "no hay nadie aparcado en la plaza {}",
    "only calls of a queue have a disposition": "solo las llamadas de una cola llevan resultado",
    "this code needs a note": "este resultado necesita un comentario",
    "the exchange does not know this agent": "la centralita no conoce a este agente",
    "state '{}' cannot be set": "el estado «{}» no se puede poner",
    "{} is not in wrap-up": "{} no está en cierre",
    "{} does not wait in a queue": "esa llamada no espera en ninguna cola",
    "this number has a callback in that queue already": "ese número ya tiene una devolución en esa cola",
    "number: '{}' cannot be called back": "a «{}» no se le puede devolver la llamada",
    "the customer is being called at this moment": "en este momento se está llamando al cliente",
    "{} callbacks wait already": "ya hay {} devoluciones en espera",
    "the exchange is starting": "la centralita está arrancando; prueba en un momento",
    "the exchange is away": "la centralita no responde; prueba en un momento",
    "numbers that begin with {} are closed": "los números que empiezan por {} están cerrados",
    "calls to {} are not open": "las llamadas a {} no están abiertas",
    "{} numbers are not open to the role {}": "los números {} no están abiertos para el rol {}",
    "trunk {}: all {} lines are in use": "las {1} líneas de {0} están ocupadas",
    "{}: '{}' leads nowhere that calls can be forwarded to": "«{1}» no es un destino al que se puedan desviar llamadas",
    # Customers, lists and files
    "not a telephone number": "no es un número de teléfono",
    "the number is wrong": "el número no es correcto",
    "some numbers are wrong": "algunos números no son correctos",
    "this number is not on the list": "ese número no está en la lista",
    "not UTF-8 text": "no es un texto en UTF-8",
    "no contacts": "no hay contactos",
    "the columns {}": "las columnas {}",
    "another file is being taken over at this moment": "en este momento se está cargando otro fichero",
    "the form has no file": "el formulario no lleva ningún fichero",
    "the file has more than {} bytes": "el fichero ocupa más de {} bytes",
    "it is longer than {} s": "dura más de {} s",
    "it cannot be spoken": "no se puede convertir en voz",
    "too many sounds are being made at once; try again in a moment": "hay demasiados sonidos en marcha; prueba luego",
    "this campaign has no contacts to call": "la campaña no tiene a quién llamar",
    "the campaign has no contacts to call": "la campaña no tiene a quién llamar",
    "this contact is not offered, or not any more": "ese contacto ya no se ofrece",
    "campaign '{}' has {} contacts that are not done": "la campaña «{}» tiene {} contactos sin terminar",
    # Settings
    "it is still used: {}": "todavía se usa: {}",
    "{} names it: {}": "{} lo nombra: {}",
    "menu {}, line {}": "menú {}, línea {}",
    "a menu still leads to it: {}": "un menú lleva ahí todavía: {}",
    "the menu has faults": "el menú tiene fallos",
    "the menu is too long": "el menú es demasiado largo",
    "the version does not fit any more": "esa versión ya no encaja",
    "there is no such version": "esa versión no existe",
    "this cannot be undone: what was there before is not kept": "no se puede deshacer: lo anterior no se guardó",
    "nobody removes or deactivates the own account: somebody else has to do it": (
        "nadie quita ni desactiva su propia cuenta: tiene que hacerlo otra persona"
    ),
    "the role {} reaches farther than your own": "el rol {} alcanza más que el tuyo",
    "there is no such permission": "ese permiso no existe",
    "this trunk has no user name; set it first": "esta línea no tiene usuario; ponlo antes",
    # What is allowed
    "for example four words that do not belong together": "por ejemplo, cuatro palabras que no tengan que ver",
    # Pydantic
    "value is not a valid email address: {}": "no es una dirección de correo",
    "some permissions do not exist": "algunos permisos no existen",
    # Changes that somebody else was faster with, and what they are taken back to
    "{} has removed it meanwhile (version {}); nothing was saved": (
        "{} lo ha eliminado mientras tanto (versión {}); no se ha guardado nada"
    ),
    "{} has changed it meanwhile (version {}); look at the new version and try again": (
        "{} lo ha cambiado mientras tanto (versión {}); mira la versión nueva y vuelve a intentarlo"
    ),
    "there is no such part of the company: {}": "«{}» no existe, o ya no existe",
    "there is no such part, and there never was: {}": "«{}» no existe ni ha existido",
    # How others answer: trunks, webhooks, and what has been raised as an alarm
    "no answer within {} s": "no contesta en {} s",
    "its address is not known": "no se conoce su dirección",
    "{} has no address": "{} no tiene dirección",
    "trunk {} is registered again": "la troncal {} vuelve a estar registrada",
    "trunk {} answers again": "la troncal {} vuelve a contestar",
    "trunk {}: {} to {}: could not be sent": "la troncal {0} no contesta: no se llega a {2}",
    "trunk {}: {} to {}: no answer": "la troncal {0} no contesta: silencio de {2}",
    "trunk {}: {} {}": "la troncal {} no sirve: {} {}",
    "{} to {}: could not be sent": "no se llega a {1}",
    "{} to {}: no answer": "{1} no contesta",
    "it answered {}": "ha contestado {}",
    "the name {} is not known": "no se conoce el nombre {}",
    "the certificate of {} is not accepted": "no se acepta el certificado de {}",
    "no connection to {}": "no hay conexión con {}",
    "it hung up without an answer": "ha cortado sin contestar",
    "{}: nothing is sent to this address": "a {} no se envía nada",
    "{}: {} calls and {} minutes outside within an hour": "{}: {} llamadas y {} minutos hacia fuera en una hora",
    "{}: {} calls abroad within an hour": "{}: {} llamadas al extranjero en una hora",
    "{}: {} calls outside within an hour; no more go out": "{}: {} llamadas hacia fuera en una hora; no salen más",
    "{}: {} minutes outside within an hour; no more go out": "{}: {} minutos hacia fuera en una hora; no salen más",
    "the disk takes events again": "el disco vuelve a guardar sucesos",
    "the disk takes nothing and memory is full: events are being lost": (
        "el disco no guarda nada y la memoria está llena: se pierden sucesos"
    ),
    # Sessions, tokens, files and mail
    "this token may only read": "este token solo puede leer",
    "this token is not valid": "este token no vale",
    "this token has expired": "este token ha caducado",
    "a token makes no tokens: a person has to sign in": "un token no crea tokens: tiene que entrar una persona",
    "there are {} tokens already; delete those that are not used": "ya hay {} tokens; elimina los que no se usen",
    "a request with the session cookie needs the header {}": "la petición necesita la cabecera {}",
    "this page belongs to another origin": "esta página es de otro sitio",
    "the session cookie opens this only from its own origin": "esta página es de otro sitio",
    "too many event readers": "hay demasiadas páginas abiertas",
    "too many SIP connections": "hay demasiados teléfonos conectados",
    "the body has {} s": "la petición tiene que llegar en {} s",
    "the file has {} s": "el fichero tiene que llegar en {} s",
    "the client was gone before its body was here": "la conexión se ha cortado antes de acabar",
    "the body is not in its Content-Encoding": "la petición no está codificada como dice",
    "the body is not a form as RFC 7578 has it: {}": "la petición no es un formulario: {}",
    "this address has been used already, or is too old; make a new QR code": (
        "esta dirección ya se ha usado o ha caducado; haz otro código QR"
    ),
    "the sound file is lost": "el fichero de sonido se ha perdido",
    "there is no recording of this prompt": "esta locución no tiene grabación",
    "this box has no greeting of its own": "este buzón no tiene saludo propio",
    "this box has another greeting by now": "este buzón ya tiene otro saludo",
    "no greeting of this box was removed within the last minute": (
        "en el último minuto no se ha quitado ningún saludo de este buzón"
    ),
    "there is no mail server; set CENTRALITA_SMTP_URL first": (
        "no hay servidor de correo; pon antes CENTRALITA_SMTP_URL"
    ),
    "the mail server did not take it: {}": "el servidor de correo no lo ha aceptado: {}",
    "only a browser in which a person has signed in is told of calls": (
        "solo se avisa al navegador en el que ha entrado una persona"
    ),
    "the period is wrong": "el periodo no es correcto",
    "the number is the company's own": "el número es de la propia empresa",
    "the recording is held: nothing erases it until somebody releases it": (
        "la grabación está retenida: nada la borra hasta que alguien la suelte"
    ),
    "they cannot be merged": "no se pueden unir",
    "the lead is {} already": "la oportunidad ya está cerrada ({})",
    "nobody has said what this call came to": "nadie ha dicho en qué quedó esta llamada",
    "the exchange finishes its calls and takes no new ones": "la centralita acaba sus llamadas y no toma más",
    "no media worker is there": "no hay ningún proceso de sonido",
    "nobody is there to be served": "no hay nadie a quien atender",
    "{} is not connected in this call": "{} no está en esta llamada",
    "this telephone is not connected in this call": "ese teléfono no está en esta llamada",
    "no attended transfer is under way": "no hay ninguna transferencia en marcha",
    "every parking slot is taken": "todas las plazas de aparcamiento están ocupadas",
    "the company does not let those who talk do that to a recording": (
        "la empresa no deja que quien habla haga eso con la grabación"
    ),
    "the supervisor's telephone still rings": "tu teléfono todavía está sonando",
    "the call has moved on meanwhile": "la llamada ha cambiado entretanto",
    "the campaign is {}": "la campaña está en estado {}",
    "a campaign has at most {} contacts that are not done; now {}": (
        "una campaña tiene {} contactos sin terminar como máximo; ahora {}"
    ),
}
LONGEST = 400


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile("((?:(?!; ).)+?)".join(re.escape(part) for part in sentence.split("{}")), re.DOTALL)


def _filled(spanish: str) -> str:
    """``{}`` of a Spanish sentence numbered as they stand, unless they say themselves which they are."""
    places = iter(range(spanish.count("{}")))
    return re.sub(r"{}", lambda _: f"{{{next(places)}}}", spanish)


_RANGE = re.compile(r"([0-9.]+) to ([0-9.]+)")
_ALL = SENTENCES | FIELD_SENTENCES | MENU_SENTENCES
_EXACT = {english: spanish for english, spanish in _ALL.items() if "{}" not in english}
_PATTERNS = [(_pattern(english), _filled(spanish)) for english, spanish in _ALL.items() if "{}" in english]


@lru_cache(maxsize=1024)
def in_spanish(text: str) -> str:
    """The sentence in Spanish; as it is when nobody has said it in Spanish yet.

    What is allowed, behind ``allowed:``, and sentences with ``;`` between them are looked up one by one.
    """
    if (whole := _known(text)) is not None:
        return whole
    what, found, allowed = text.partition("; allowed: ")
    if found:
        return f"{in_spanish(what)}; se admite: {in_spanish(allowed)}"
    if text.startswith("allowed: "):
        return f"se admite: {in_spanish(text.removeprefix('allowed: '))}"
    return "; ".join(_known(part) or part for part in text.split("; "))


def _known(text: str) -> str | None:
    if len(text) > LONGEST or "allowed: " in text.partition("; ")[2] or text.startswith("allowed: "):
        return None
    if (exact := _EXACT.get(text)) is not None:
        return exact
    if (range_ := _RANGE.fullmatch(text)) is not None:
        return "de {} a {}".format(*range_.groups())
    for pattern, spanish in _PATTERNS:
        if (match := pattern.fullmatch(text)) is not None:
            return spanish.format(*match.groups())
    return None
