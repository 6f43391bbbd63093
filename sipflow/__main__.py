"""``python -m sipflow``: the same command as ``sipflow-coord``."""

from sipflow.cli import main

if __name__ == "__main__":
    main(prog_name="sipflow-coord")
