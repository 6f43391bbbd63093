"""What the other side wrote, made fit to be told. Pure."""


def received_text(said: str) -> str:
    """Return what the other side wrote as text that can be told: not all of it need be UTF-8."""
    return said.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
