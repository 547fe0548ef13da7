"""What can be wrong with a menu (``ivr.check``), in Spanish; ``problems_es`` tells how ``{}`` is filled."""

MENU_SENTENCES = {
    # Ways, names and what they lead to
    "no node '{}'": "no hay ningún paso «{}»",
    "no prompt '{}'": "no hay ninguna locución «{}» en el catálogo",
    "no variable '{}'": "no hay ninguna variable «{}»",
    "no option '{}'": "no hay ninguna tecla «{}»",
    "no text in '{}'": "falta el texto en «{}»",
    "no function '{}'": "no hay ninguna función «{}»",
    "{}, hang_up, return, or a destination": "{}, colgar, volver o un destino",
    "nothing leads here": "nada lleva hasta aquí",
    "an empty one says nothing": "uno vacío no dice nada",
    "every word stands for a key": "cada palabra vale por una tecla",
    "'{}' stands for two keys": "«{}» vale por dos teclas",
    "'{}' has a meaning of its own": "«{}» ya significa otra cosa",
    "'repeat' is for the options of a menu": "«repetir» solo vale en las teclas de un menú",
    "# ends a typed extension and cannot be an option": "# termina una extensión marcada y no puede ser una tecla",
    "goes round in a loop that never asks the caller; put a menu into it": (
        "da vueltas sin preguntar nunca a quien llama; pon un menú en medio"
    ),
    "either 'prompt' or texts of its own": "o una locución del catálogo, o textos propios",
    "a GET has none": "GET no lleva contenido",
    "method POST or PUT": "método POST o PUT",
    # Fields
    "{} must be given": "falta {}",
    "unknown key": "clave desconocida",
    "each may be given once": "cada uno solo puede estar una vez",
    "more than max_digits": "más que el máximo de dígitos",
    "min_digits is {}": "el mínimo de dígitos es {}",
    "{} and more where a check digit is asked for": "{} o más cuando se pide un dígito de control",
    "'{}' is no time zone": "«{}» no es una zona horaria",
    "names like Europe/Madrid": "nombres como Europe/Madrid",
    "'{}' is no name": "«{}» no es un nombre",
    "'{}' is given": "pone «{}»",
    "nothing is given": "no pone nada",
    "a mapping is given": "pone un grupo de claves",
    "a list is given": "pone una lista",
    "{} characters are given": "tiene {} caracteres",
    "{} keys are given": "tiene {} claves",
    "{} are given": "hay {}",
    "{} is given": "pone {}",
    "a mapping": "un grupo de claves",
    "a text or a mapping": "un texto o un grupo de claves",
    "a text or a number or true or false": "un texto, un número, o sí o no",
    "{} to {} characters": "de {} a {} caracteres",
    "one of: {}": "una de: {}",
    "at least one of: {}": "al menos una de: {}",
    "at least one": "al menos uno",
    "1 to 64 of a-z, 0-9, _ and -, beginning with a letter or digit": (
        "de 1 a 64 letras minúsculas, dígitos, _ y -, empezando por letra o dígito"
    ),
    "1 to 32 of a-z, 0-9 and _, beginning with a letter": (
        "de 1 a 32 letras minúsculas, dígitos y _, empezando por letra"
    ),
    "one key of 0-9, * and #": "una tecla: 0-9, * o #",
    "a number in E.164, for example +34910000001": "un número con su país, por ejemplo +34910000001",
    "a date, for example 2026-12-24": "una fecha, por ejemplo 2026-12-24",
    "http:// or https://, a host without variables, then a path": (
        "http:// o https://, un servidor sin variables, y después una ruta"
    ),
    # Expressions
    "'{}' cannot be read at character {}": "«{}» no se entiende a partir del carácter {}",
    "'{}' is given {} values": "«{}» recibe {} valores",
    "nested deeper than {}": "anidado a más de {} niveles",
    # The text
    "not YAML: {}": "el texto no es YAML: {}",
    "the document is too long": "el texto es demasiado largo",
    "anchors and aliases are not allowed: write the value again": "no se admiten anclas ni alias: repite el valor",
    "tags are not allowed": "no se admiten etiquetas",
    "a key must be a text": "una clave tiene que ser un texto",
    "'{}' stands here twice": "«{}» está dos veces",
}
