"""Audio of the pjsua user agent: playing, recording, digits and measurement."""
