"""What can be told of a call's sound and of how its packets came: numbers in, findings out. Pure.

Samples are signed 16-bit linear PCM. Levels are in dBov: the root of the mean square against that
of a square wave at full scale, so that a sine at full scale has -3.01 dBov (ITU-T G.100.1).
"""
