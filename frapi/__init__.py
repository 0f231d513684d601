"""frapi: enrol people's faces and authenticate them in real time, on your own machines."""

__version__ = "0.1.0"
