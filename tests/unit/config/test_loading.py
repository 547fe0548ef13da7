"""The company's files: what is wrong is said with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.loading import DEMO_COMPANY, CompanyFileError, load_company_file, load_secrets_file
from config.secrets import demo_secrets, random_secrets, write_secrets
from config.yaml_source import SourceError, YamlSource

SMALL = """\
name: Test
company_voicemail: "100"
reception: reception
people:
  - {login: admin, name: Admin, extension: "100", role: administrator}
  - {login: ana, name: Ana, extension: "101"}
numbers:
  - number: "+34910000001"
    destination: {kind: person, target: ana}
queues:
  - name: sales
    overflow: {kind: voicemail, target: "100"}
    members:
      - {login: ana}
ring_groups:
  - {name: reception, extensions: ["100"], fallback: {kind: voicemail, target: "100"}}
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "company.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def faults(folder: Path, text: str) -> list[str]:
    file = write(folder, text)
    with pytest.raises(CompanyFileError) as raised:
        load_company_file(file)
    return [fault.removeprefix(f"{folder}/") for fault in raised.value.faults]


def test_the_demo_company_is_the_one_of_the_contract() -> None:
    company = load_company_file(DEMO_COMPANY)
    assert [(person.login, person.extension, person.role) for person in company.people] == [
        ("admin", "100", "administrator"),
        ("ana", "101", "agent"),
        ("luis", "102", "agent"),
        ("marta", "103", "agent"),
        ("sofia", "110", "supervisor"),
    ]
    assert {menu.name for menu in company.menus} == {"main", "survey"}
    secrets = demo_secrets(company)
    assert secrets.web["ana"] == "demo"
    assert secrets.sip["101"] == "demo-101"
    assert secrets.trunks == {"carrier": "demo-carrier"}


def test_flows_are_one_file_each_beside_the_company(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "main.yaml").write_text("start: hello", encoding="utf-8")
    file = write(tmp_path, SMALL.replace("{kind: person, target: ana}", "{kind: menu, target: main}"))
    (menu,) = load_company_file(file).menus
    assert (menu.name, menu.text) == ("main", "start: hello")


def test_a_wrong_value_is_named_with_its_line(tmp_path: Path) -> None:
    found = faults(tmp_path, SMALL.replace('extension: "101"', "extension: 101"))
    assert found == ["company.yaml:6: people.1.extension: Input should be a valid string (given: 101)"]


def test_an_unknown_name_is_named_with_its_line(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, SMALL + "sandwiches: 3\n")
    assert fault.startswith("company.yaml:17: sandwiches: Extra inputs are not permitted")


def test_something_missing_is_named_where_it_should_be(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, SMALL.replace('{login: ana, name: Ana, extension: "101"}', "{login: ana, name: Ana}"))
    assert fault == "company.yaml:6: people.1.extension: Field required"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("target: ana}", "target: bob}", "company.yaml:9: numbers.+34910000001: no person 'bob'; allowed: 100, 101"),
        ("- {login: ana}\n", "- {login: bob}\n", "company.yaml:14: queues.sales.members: no person 'bob'"),
        (
            'overflow: {kind: voicemail, target: "100"}',
            'overflow: {kind: voicemail, target: "9"}',
            "company.yaml:12: queues.sales.overflow: no voicemail '9'; allowed: 100, 101",
        ),
        ("reception: reception", "reception: nowhere", "company.yaml:3: reception: no ring group 'nowhere'"),
        ('extension: "101"', 'extension: "100"', "company.yaml:6: extension '100' is defined twice"),
    ],
)
def test_a_name_that_leads_nowhere_is_named_with_its_line(tmp_path: Path, old: str, new: str, fault: str) -> None:
    found = faults(tmp_path, SMALL.replace(old, new, 1))
    assert any(line.startswith(fault) for line in found), found


def test_every_fault_is_said_at_once_in_order(tmp_path: Path) -> None:
    text = SMALL.replace('extension: "101"', 'extension: "x"').replace("name: Test", "name: 5")
    assert [fault.split(": ")[0] for fault in faults(tmp_path, text)] == ["company.yaml:1", "company.yaml:6"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name: [Test", "company.yaml:1: not YAML"),
        ("a: 1\na: 2\n", "company.yaml:2: not YAML"),
        ("- just\n- a list\n", "company.yaml:1: allowed: a document"),
        ("", "company.yaml:1: allowed: a document"),
        ("a: &x [1]\nb: *x\n", "aliases"),
        ("[" * 200 + "]" * 200, "nested deeper"),
        ("a: !!python/object:os.system x", "company.yaml"),
        ("x" * (5 << 20), "larger than"),
    ],
)
def test_what_is_no_company_document_is_one_readable_line(tmp_path: Path, text: str, fault: str) -> None:
    (found,) = faults(tmp_path, text)
    assert fault in found
    assert "\n" not in found


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(CompanyFileError, match="there is no such file"):
        load_company_file(tmp_path / "none.yaml")


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda content: content.decode("latin-1")))
def test_any_text_is_read_or_refused_with_the_documented_error(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    file = write(tmp_path_factory.getbasetemp(), text)
    try:
        source = YamlSource(file)
    except SourceError as error:
        assert "\n" not in str(error)
    else:
        assert source.line(["people", 0, "name"]) >= 1


def test_secrets_are_random_long_and_for_the_owner_only(tmp_path: Path) -> None:
    company = load_company_file(DEMO_COMPANY)
    secrets = random_secrets(company)
    assert len({*secrets.web.values(), *secrets.sip.values(), *secrets.trunks.values()}) == 5 + 5 + 1
    file = tmp_path / "secrets.yaml"
    write_secrets(file, secrets)
    assert file.stat().st_mode & 0o777 == 0o600
    assert load_secrets_file(file) == secrets
    assert secrets.web["ana"] not in repr(secrets)
    with pytest.raises(FileExistsError):
        write_secrets(file, secrets)


def test_a_fault_in_the_secrets_never_shows_them(tmp_path: Path) -> None:
    file = tmp_path / "secrets.yaml"
    file.write_text("web:\n  ana: [hunter2]\n", encoding="utf-8")
    with pytest.raises(CompanyFileError) as raised:
        load_secrets_file(file)
    assert str(raised.value).startswith(f"{file}:2: web.ana: ")
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(("written", "meant"), [("no", False), ("Off", False), ("yes", True), ("true", True)])
def test_truth_is_written_as_yaml_knows_it(tmp_path: Path, written: str, meant: bool) -> None:
    file = write(tmp_path, f"{SMALL}crm: {{follow_transfers: {written}}}\n")
    assert load_company_file(file).crm.follow_transfers is meant


def test_a_number_is_no_truth(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, f"{SMALL}crm: {{follow_transfers: 1}}\n")
    assert fault.endswith("crm.follow_transfers: Input should be a valid boolean (given: 1)")
