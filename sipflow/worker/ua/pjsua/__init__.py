"""The user agent that speaks SIP: the only package that knows pjsua2.

One endpoint per process, driven from one thread by ``poll``; no thread of the stack's calls into
Python. The limits past which this stack aborts the process are guarded here (see ``limits``). An
order that cannot be carried out is told as a happening, never raised.
"""

from sipflow.worker.ua.pjsua.agent import PjsuaUserAgent

__all__ = ["PjsuaUserAgent"]
