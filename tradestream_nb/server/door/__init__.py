"""Who may come in: by address, name, origin, token and room."""
