"""Whatever an administrator's files hold, they are taken or refused with the documented errors."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from config.loading import CompanyFileError, load_company_file, load_secrets_file
from ivr.errors import SoundFileError
from ivr.prompts.riff import read_riff, samples_of
from store.blocklist import check_rule, parse_csv
from store.errors import BlockRuleError

EXAMPLES = 60 * max(1, int(os.environ.get("FUZZ_SECONDS", "1")))
YAML = st.text(alphabet="abkn:-[]{}\"'#&*!|>%@`,? \n\t0123456789.~é", max_size=120)
KEYS = st.sampled_from(["name", "people", "numbers", "queues", "reception", "trunks", "contacts", "country", "x"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["login", "name", "number"]), inner),
    max_leaves=6,
)


def refused(folder: str, text: str) -> None:
    file = Path(folder) / "company.yaml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    for load in (load_company_file, load_secrets_file):
        try:
            load(file)
        except CompanyFileError as error:
            assert error.faults
            assert all("\n" not in fault for fault in error.faults)


@settings(max_examples=EXAMPLES, deadline=None)
@given(YAML | st.text(max_size=80))
def test_any_text_for_a_company_is_refused_in_readable_lines(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        refused(folder, text)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_any_values_for_a_companys_fields_are_refused_in_readable_lines(document: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        # YAML is a superset of JSON, but for a few characters that hypothesis likes.
        refused(folder, repr(document).replace("None", "null").replace("True", "true").replace("False", "false"))


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=120).map(lambda text: f"number;action;note\n{text}".encode()))
def test_any_block_list_file_gives_rules_or_faults(content: bytes) -> None:
    try:
        rules = parse_csv(content)
    except BlockRuleError as error:
        assert error.faults
    else:
        assert all(check_rule(rule.number, rule.action, rule.note) == rule for rule in rules)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(min_size=14, max_size=44), st.binary(max_size=200))
def test_any_sound_file_gives_samples_or_is_refused(format_: bytes, sound: bytes) -> None:
    chunks = b"fmt " + len(format_).to_bytes(4, "little") + format_ + b"data\xff\xff\0\0" + sound
    try:
        samples = samples_of(*read_riff(b"RIFF\0\0\0\0WAVE" + chunks))
    except SoundFileError:
        return
    assert abs(samples).max(initial=0.0) <= 8.0
