"""The company document: looking people up."""

from config.loading import load_company_file


def test_who_is_looked_up_in_a_changed_copy_is_the_copys_own():
    company = load_company_file()
    assert company.person("ana").extension == "101"
    changed = company.model_copy(update={"people": company.people[:1]})
    assert changed.person("ana") is None
    assert changed.person_of("100").login == "admin"
    assert company == load_company_file()
