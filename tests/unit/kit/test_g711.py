import numpy as np
import pytest

from tests.kit import g711


@pytest.mark.parametrize(
    ("codec", "octet", "sample"),
    [
        ("PCMU", 0xFF, 0),
        ("PCMU", 0x80, 32124),
        ("PCMU", 0x00, -32124),
        ("PCMA", 0xD5, 8),
        ("PCMA", 0x55, -8),
        ("PCMA", 0xAA, 32256),
        ("PCMA", 0x2A, -32256),
    ],
)
def test_known_octets_have_the_samples_of_the_recommendation(codec: str, octet: int, sample: int) -> None:
    assert g711.decode(bytes([octet]), codec)[0] == sample


@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
def test_every_octet_survives_decoding_and_encoding(codec: str) -> None:
    octets = bytes(octet for octet in range(256) if not (codec == "PCMU" and octet == 0x7F))  # µ-law has two zeros
    assert g711.encode(g711.decode(octets, codec), codec) == octets


@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
def test_the_error_is_small_beside_the_sample(codec: str) -> None:
    pcm = np.arange(-32000, 32000, 7, dtype=np.int16)
    error = np.abs(g711.decode(g711.encode(pcm, codec), codec).astype(int) - pcm)
    assert np.all(error <= np.maximum(np.abs(pcm.astype(int)) / 16, 16))
