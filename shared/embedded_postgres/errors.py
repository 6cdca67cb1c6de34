"""The one error of this package."""


class EmbeddedPostgresError(RuntimeError):
    """The server cannot be had; the text is one sentence for the person at the terminal."""
