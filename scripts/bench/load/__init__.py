"""Loads side by side: sipflow, the bare SIP stack, SIPp; and whether what a load tells is true."""
