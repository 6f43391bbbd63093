"""Codecs of instances: names in order of preference, and every mistake among them."""

import pytest

from sipflow.sip.codecs import DEFAULT_CODECS
from tests.scenario.snippets import instance, lines, read_json, read_yaml, scenario

KNOWN = "the codecs are PCMU, PCMA, G722, GSM, iLBC, speex and L16"
WRITE = "write for example codecs: [PCMA, PCMU]"


def yaml(codecs: str) -> str:
    """Return a scenario whose instance has these codecs."""
    return f'instances: {{a: {{number: "1", codecs: {codecs}}}}}'


@pytest.mark.parametrize(
    ("written", "codecs"),
    [
        ("[PCMA, PCMU]", ("PCMA/8000", "PCMU/8000")),
        ("[PCMA/8000]", ("PCMA/8000",)),
        ("[speex, GSM]", ("speex/16000", "speex/8000", "speex/32000", "GSM/8000")),
        ("[iLBC, speex/8000, L16/44100/2]", ("iLBC/8000", "speex/8000", "L16/44100/2")),
    ],
)
def test_codecs_are_named_in_order_of_preference(written: str, codecs: tuple[str, ...]) -> None:
    (found,) = scenario(read_yaml(yaml(written))).instances

    assert found.codecs == codecs


def test_without_codecs_an_instance_has_what_every_phone_has() -> None:
    (found,) = scenario(read_yaml('instances: {a: {number: "1"}}')).instances

    assert found.codecs == DEFAULT_CODECS


@pytest.mark.parametrize(
    ("codecs", "found"),
    [(["G722", "PCMU"], ("G722/8000", "PCMU/8000")), (None, DEFAULT_CODECS)],
)
def test_the_desktop_application_may_name_them_too(codecs: object, found: tuple[str, ...]) -> None:
    (one,) = scenario(read_json({"nodes": [instance(codecs=codecs)]})).instances

    assert one.codecs == found


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("PCMA", f'38: error: "codecs" is the text "PCMA", not a list of codecs; {WRITE}'),
        ("[]", f'38: error: "codecs" is an empty list, not a list of codecs; {WRITE}'),
        ("", f'38: error: "codecs" is empty, not a list of codecs; {WRITE}'),
        ("{PCMA: 1}", f'38: error: "codecs" is a mapping, not a list of codecs; {WRITE}'),
        ("[8]", f'39: error: "codecs" has the number 8 in it, not a codec\'s name; {WRITE}'),
        ("[[PCMA]]", f'39: error: "codecs" has a list in it, not a codec\'s name; {WRITE}'),
        ("[PCMX]", f'39: error: unknown codec "PCMX"; did you mean PCMU? {KNOWN}'),
        ("[pcma]", f'39: error: unknown codec "pcma"; did you mean PCMA? {KNOWN}'),
        ("[GSM, opus]", f'44: error: unknown codec "opus"; {KNOWN}'),
        (
            "[speex/9000]",
            f'39: error: unknown codec "speex/9000"; did you mean speex/8000? {KNOWN}',
        ),
        (
            "[PCMA, GSM, PCMA]",
            '50: error: the codec "PCMA" is in the list already; name each codec once',
        ),
        (
            "[speex, speex/8000]",
            '46: error: the codec "speex/8000" is in the list already, as "speex"; '
            "name each codec once",
        ),
    ],
)
def test_a_problem_says_where_it_is_and_what_would_be_right(written: str, problem: str) -> None:
    assert lines(read_yaml(yaml(written))) == [f"call.yaml:1:{problem}"]


def test_in_json_a_problem_has_the_place_of_the_node() -> None:
    graph = {"nodes": [instance(codecs="PCMA"), instance("j", dn="2", codecs=["PCMX"])]}

    assert lines(read_json(graph)) == [
        f'call.json: node i: error: "codecs" is the text "PCMA", not a list of codecs; {WRITE}',
        f'call.json: node j: error: unknown codec "PCMX"; did you mean PCMU? {KNOWN}',
    ]
