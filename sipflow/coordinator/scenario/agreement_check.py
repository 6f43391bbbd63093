"""Properties of one node that contradict each other, though each is right by itself."""

from sipflow.protocol.scenario import Action, Late, MakeCall, word

_LOOKS = ("check", "capture")


def disagreement(kind: type[Action], fields: dict[str, object]) -> tuple[str, str] | None:
    """Return what does not go together in a node, and what would be right."""
    looks = next((name for name in _LOOKS if fields.get(name)), None)
    if kind is MakeCall:
        return _of_call(fields, looks)
    if fields.get("must_not") is True and looks is not None:
        return (
            f'{word(kind)} has "must_not" and "{looks}": what must not come cannot be looked into',
            "leave one of them out",
        )
    return None


def _of_call(fields: dict[str, object], looks: str | None) -> tuple[str, str] | None:
    until = fields.get("until", "answered")
    if isinstance(until, Late):
        return None
    if "expect" in fields and until != "answered":
        return (
            f'MakeCall has "expect" and "until: {until}", and cannot end in both ways',
            "leave one of them out: what is expected is the final answer",
        )
    if looks is not None and until == "sent":
        return (
            f'MakeCall has "{looks}" and "until: sent", when nothing has been received yet',
            "let it wait for an answer, or look into what a later step waits for",
        )
    return None
