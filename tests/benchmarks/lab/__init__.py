"""A real JupyterLab in a real browser, and how what it shows is measured."""
