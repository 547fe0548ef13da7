"""G.711 against the recommendation's own numbers."""

from __future__ import annotations

import numpy as np
import pytest

from pbx.rtp import g711

EVERY = np.arange(256, dtype=np.uint8)


def test_reference_values() -> None:
    assert g711.DECODE[g711.PCMU][[0xFF, 0x7F, 0x80, 0x00]].tolist() == [0, 0, 32124, -32124]
    assert g711.DECODE[g711.PCMA][[0xD5, 0x55, 0xAA, 0x2A]].tolist() == [8, -8, 32256, -32256]


@pytest.mark.parametrize("law", [g711.PCMU, g711.PCMA])
def test_decoding_and_encoding_again_changes_nothing(law: int) -> None:
    again = g711.encode(g711.decode(EVERY, law), law)
    assert np.array_equal(g711.decode(again, law), g711.decode(EVERY, law))


@pytest.mark.parametrize("law", [g711.PCMU, g711.PCMA])
def test_the_nearest_code_is_chosen(law: int) -> None:
    samples = np.arange(-32768, 32768, 7).astype(np.int16)
    error = np.abs(g711.decode(g711.encode(samples, law), law).astype(int) - samples)
    best = np.abs(g711.DECODE[law].astype(int)[None, :] - samples[:, None]).min(axis=1)
    assert np.array_equal(error[samples != 0], best[samples != 0])


@pytest.mark.parametrize("law", [g711.PCMU, g711.PCMA])
def test_conversion_is_decoding_and_encoding(law: int) -> None:
    assert np.array_equal(g711.convert(EVERY, law), g711.encode(g711.decode(EVERY, law), 1 - law))


def test_silence() -> None:
    for law in (g711.PCMU, g711.PCMA):
        assert g711.encode(np.zeros(1, np.int16), law)[0] == g711.SILENCE[law]


def test_no_code_is_the_mark_of_absence() -> None:
    assert -32768 not in g711.DECODE
