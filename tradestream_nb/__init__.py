"""Live trading streams for JupyterLab: one small handler function, hosted by a cell, a session or a server."""

from typing import Any

import lazy_loader

# All of it takes half a second to import, in which a command can do nothing yet, not even end at Ctrl-C.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def load_ipython_extension(shell: Any) -> None:
    """Add `%tradestream` and `%%handler` to a notebook, for `%load_ext tradestream_nb`."""
    from tradestream_nb import magics

    magics.load_ipython_extension(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Take them out again."""
    from tradestream_nb import magics

    magics.unload_ipython_extension(shell)
