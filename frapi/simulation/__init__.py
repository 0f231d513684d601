"""A still photo comes alive: eyelids close, the head turns in depth. For demos and tests, never proof of accuracy."""
