"""Where vision runs."""
