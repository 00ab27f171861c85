"""`python -m tradestream_nb` is the `tradestream` command."""

from tradestream_nb.cli import main

if __name__ == "__main__":
    main()
