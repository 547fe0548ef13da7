"""Which passwords are taken."""

from __future__ import annotations

import pytest

from web.api.passwords import weakness


@pytest.mark.parametrize("password", ["contraseña123", "Contrasena2026", "centralita1", "bienvenido1"])
def test_what_is_tried_first_in_spanish_is_not_taken(password: str) -> None:
    assert weakness(password, ()) is not None


@pytest.mark.parametrize("password", ["granite lantern oboe", "mesa nube tigre farol"])
def test_words_that_do_not_belong_together_are_taken(password: str) -> None:
    assert weakness(password, ()) is None
