"""`python -m tradestream_nb` is the `tradestream` command."""

from tradestream import main

if __name__ == "__main__":
    main()
