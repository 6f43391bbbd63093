"""A scenario's additions to sent messages, as the stack takes them: headers, offer, reason."""

import pjsua2 as pj

from sipflow.worker.ua.commands import Headers, Invite, Respond


def header_vector(headers: Headers) -> pj.SipHeaderVector:
    """Return the headers for a ``SipTxOption``."""
    vector = pj.SipHeaderVector()
    for name, value in headers:
        header = pj.SipHeader()
        header.hName, header.hValue = name, value
        vector.append(header)
    return vector


def invite_parameters(order: Invite) -> pj.CallOpParam:
    """Return the parameters of an outgoing call."""
    parameters = pj.CallOpParam(True)
    if order.late_offer:
        parameters.opt.flag |= pj.PJSUA_CALL_NO_SDP_OFFER
    parameters.txOption.headers = header_vector(order.headers)
    return parameters


def response_parameters(order: Respond) -> pj.CallOpParam:
    """Return the parameters of a response to an INVITE."""
    parameters = pj.CallOpParam()
    parameters.statusCode = order.code
    if order.reason is not None:
        parameters.reason = order.reason
    contact = () if order.contact is None else (("Contact", f"<{order.contact}>"),)
    parameters.txOption.headers = header_vector(contact + order.headers)
    return parameters
