"""Properties of one node that only make sense with one another, or without."""

from sipflow.protocol.scenario import Action, Response, SendMessage

_REDIRECTIONS = range(300, 400)


def trouble(kind: type[Action], fields: dict[str, object]) -> tuple[str, str] | None:
    """Return what is wrong with a node's properties together, and what would be right.

    What is known only when the node begins counts as given.
    """
    if kind is SendMessage:
        return _of_message(fields)
    code = fields.get("code")
    is_known = isinstance(code, int)
    if kind is Response and "contact" in fields and is_known and code not in _REDIRECTIONS:
        return (
            f'Response has a "contact" and the code {code}',
            "a contact is for a 3xx: give one of those, or leave the contact out",
        )
    return None


def _of_message(fields: dict[str, object]) -> tuple[str, str] | None:
    ways = {"to", "leg"} & fields.keys()
    if len(ways) == 1:
        return None
    return (
        f'SendMessage has {"both" if ways else "neither"} "to" {"and" if ways else "nor"} "leg"',
        'name whom it goes to, for example to: "200", or the leg that it goes on',
    )
