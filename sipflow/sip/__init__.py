"""SIP as data: URIs, messages, status codes, SDP, REFER. Pure."""
