"""What problem documents say, in Spanish: the sentences of the API, of the company's rules and of Pydantic.

``{}`` stands for what differs (a name, a number); it comes back at the same place of the Spanish sentence.
"""

from __future__ import annotations

import re
from functools import lru_cache

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
    "'{}' is not a number": "«{}» no es un número",
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
    "no queue '{}'": "no hay ninguna cola «{}»",
    "no person '{}'": "no hay ninguna persona «{}»",
    "no role '{}'": "no hay ningún rol «{}»",
    "no agent '{}'": "no hay ningún agente «{}»",
    "no menu '{}'": "no hay ningún menú «{}»",
    "no room '{}'": "no hay ninguna sala «{}»",
    "no voicemail '{}'": "no hay ningún buzón «{}»",
    "no ring_group '{}'": "no hay ningún grupo «{}»",
    "no ring group '{}'": "no hay ningún grupo «{}»",
    "no trunk '{}'": "no hay ninguna línea «{}»",
    "no night switch '{}'": "no hay ningún conmutador «{}»",
    "no {} '{}'": "no existe «{1}»",
    "{} '{}' is defined twice": "«{1}» ya existe",
    "'{}' is built in": "«{}» viene de fábrica",
    "'{}' is not the company's": "«{}» no es de la empresa",
    "'{}' is not in queue '{}'": "«{}» no está en la cola «{}»",
    "a message without words": "el mensaje no tiene palabras",
    "a rule for every call": "la regla vale para todas las llamadas",
    "hours: from {} to {}": "el horario va de {} a {}",
    "'{}' is no weekday": "«{}» no es un día de la semana",
    "'{}' is no time span": "«{}» no es una franja horaria",
    "'{}' ends before it begins": "«{}» acaba antes de empezar",
    "no holidays are known for '{}'": "no se conocen festivos de «{}»",
    "time zone '{}' is not known": "no se conoce la zona horaria «{}»",
    "there is no such time": "esa hora no existe",
    "none is defined": "no hay ninguno",
    # What is allowed
    "at least {} characters": "{} caracteres como mínimo",
    "at most {} characters": "{} caracteres como máximo",
    "at most {} contacts": "{} contactos como máximo",
    "{} contacts at once": "{} contactos de una vez",
    "for example four words that do not belong together": "por ejemplo, cuatro palabras que no tengan que ver",
    "an address or a network, for example {}": "una dirección o una red, por ejemplo {}",
    "a time as in RFC 3339, for example {}": "un momento como en RFC 3339, por ejemplo {}",
    "a prefix, a queue or a department": "un prefijo, una cola o un departamento",
    "to_hour after from_hour": "que acabe después de empezar",
    "what is to be said": "lo que hay que decir",
    "another name": "otro nombre",
    "HH:MM-HH:MM, for example {}": "HH:MM-HH:MM, por ejemplo {}",
    "HH:MM-HH:MM within one day": "HH:MM-HH:MM dentro de un día",
    "ISO 3166 codes like ES or ES-MD": "códigos ISO 3166 como ES o ES-MD",
    "an IANA name such as {}": "un nombre de IANA como {}",
    "true or false": "sí o no",
    # Pydantic
    "Field required": "hace falta",
    "Input should be a valid string": "tiene que ser un texto",
    "Input should be a valid integer{}": "tiene que ser un número entero",
    "Input should be a valid integer": "tiene que ser un número entero",
    "Input should be a valid number{}": "tiene que ser un número",
    "Input should be a valid number": "tiene que ser un número",
    "Input should be a valid boolean{}": "tiene que ser sí o no",
    "Input should be a valid boolean": "tiene que ser sí o no",
    "Input should be a valid list": "tiene que ser una lista",
    "Input should be greater than or equal to {}": "{} como mínimo",
    "Input should be less than or equal to {}": "{} como máximo",
    "Input should be greater than {}": "más de {}",
    "Input should be less than {}": "menos de {}",
    "Input should be {}": "se admite: {}",
    "String should have at least 1 character": "no puede quedar vacío",
    "String should have at least {} characters": "{} caracteres como mínimo",
    "String should have at most {} characters": "{} caracteres como máximo",
    "String should match pattern '{}'": "no tiene la forma esperada ({})",
    "List should have at least 1 item after validation, not 0": "hace falta uno al menos",
    "List should have at least {} items after validation, not {}": "{} como mínimo, hay {}",
    "List should have at most {} items after validation, not {}": "{} como máximo, hay {}",
    "Extra inputs are not permitted": "este campo no existe",
    "value is not a valid email address: {}": "no es una dirección de correo",
    "{}: null is not allowed": "{}: no puede quedar vacío",
}
ALLOWED = re.compile(r"(?:(?P<what>.*); )?allowed: (?P<allowed>.*)", re.DOTALL)
LONGEST = 400


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(re.escape(part) for part in sentence.split("{}")), re.DOTALL)


def _filled(spanish: str) -> str:
    """``{}`` of a Spanish sentence numbered as they stand, unless they say themselves which they are."""
    places = iter(range(spanish.count("{}")))
    return re.sub(r"{}", lambda _: f"{{{next(places)}}}", spanish)


_EXACT = {english: spanish for english, spanish in SENTENCES.items() if "{}" not in english}
_PATTERNS = [(_pattern(english), _filled(spanish)) for english, spanish in SENTENCES.items() if "{}" in english]


@lru_cache(maxsize=1024)
def in_spanish(text: str) -> str:
    """The sentence in Spanish; as it is when nobody has said it in Spanish yet."""
    if len(text) > LONGEST:
        return text
    if (exact := _EXACT.get(text)) is not None:
        return exact
    if (found := ALLOWED.fullmatch(text)) is not None:
        allowed = f"se admite: {in_spanish(found['allowed'])}"
        return f"{in_spanish(found['what'])}; {allowed}" if found["what"] else allowed
    for pattern, spanish in _PATTERNS:
        if (match := pattern.fullmatch(text)) is not None:
            return spanish.format(*match.groups())
    return text
