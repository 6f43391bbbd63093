"""The user agent that speaks SIP: the only package that knows pjsua2.

One endpoint per process, driven from one thread by ``poll``; no thread of the stack calls into
Python. The limits past which this stack aborts the process are guarded here (see ``limits``). A
command that cannot be carried out is reported as an event, never raised.
"""

from sipflow.worker.ua.pjsua.agent import PjsuaUserAgent

__all__ = ["PjsuaUserAgent"]
