"""The pure core of the username engine: no I/O, no framework, no driver."""
