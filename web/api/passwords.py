"""Which passwords are taken: long enough, and not the ones that are tried first (NIST SP 800-63B §5.1.1.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zxcvbn import zxcvbn  # type: ignore[import-untyped]

MIN_LENGTH = 10
MAX_LENGTH = 1024
LOOKED_AT = 64  # characters: what comes after them makes no password easier to guess
GOOD_ENOUGH = 2  # guessed in more than 10^6 tries
TRIED_FIRST = (  # where Spanish is spoken: the word lists of zxcvbn are English
    *("contraseña", "contrasena", "clave", "secreto", "acceso", "bienvenido", "usuario", "administrador", "centralita"),
    *("telefono", "teléfono", "empresa", "oficina", "temporal", "cambiame", "cámbiame", "hola", "prueba", "españa"),
)


def weakness(password: str, about: Sequence[str]) -> str | None:
    """Why ``password`` is not taken, in a sentence; None when it is.

    ``about``: the person's own words, which make no password better.
    """
    if len(password) < MIN_LENGTH:
        return f"allowed: at least {MIN_LENGTH} characters"
    if len(password) > MAX_LENGTH:
        return f"allowed: at most {MAX_LENGTH} characters"
    looked_at = password[:LOOKED_AT]
    own = sorted({part for word in about for part in (word, *word.split()) if len(part) > 2}, key=len, reverse=True)
    rest = re.sub("|".join(map(re.escape, own)) or "$^", "", looked_at, flags=re.IGNORECASE)
    if (
        min(zxcvbn(part, user_inputs=[*own, *TRIED_FIRST])["score"] if part else 0 for part in (looked_at, rest))
        < GOOD_ENOUGH
    ):
        return "it is too easy to guess; allowed: for example four words that do not belong together"
    return None
