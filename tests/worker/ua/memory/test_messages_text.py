"""The texts of messages that were never on a wire: what a scenario looks at is in them."""

from sipflow.sip.message import address, parse
from sipflow.worker.ua.memory.messages import request, response


def test_a_request_and_its_response_can_be_looked_into() -> None:
    invite = parse(request("INVITE", "sip:100@a", "sip:200@b"))
    assert (invite.method, invite.uri) == ("INVITE", "sip:200@b")
    assert address(invite.values("From")[0]).user == "100"
    ok = parse(response(200, "OK", "sip:100@a", "sip:200@b"))
    assert (ok.code, ok.reason, address(ok.values("To")[0]).user) == (200, "OK", "200")
