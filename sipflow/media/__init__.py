"""Measures the audio and the RTP streams of calls. Pure.

Samples are signed 16-bit linear PCM. Levels are in dBov: the root mean square relative to that of a
square wave at full scale, so that a sine at full scale has -3.01 dBov (ITU-T G.100.1).
"""
