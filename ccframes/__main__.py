"""`python -m ccframes` is the `ccframes` command."""

from ccframes.cli import main

if __name__ == "__main__":
    main(prog_name="ccframes")
