"""Observations become events. Sans-I/O: no clock, no sleep, no log; time comes in as ``now_ms``."""
