"""Live trading streams for JupyterLab: one small handler function, hosted by a cell, a session or a server."""
