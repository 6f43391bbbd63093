"""The package: what it offers, and what it does not load until it is asked for."""

import subprocess
import sys
from importlib import metadata

import pytest

import sipflow


def test_the_version_is_that_of_the_installation() -> None:
    assert sipflow.__version__ == metadata.version("sipflow")


def test_importing_it_loads_no_sockets() -> None:
    program = "import sys, sipflow; sys.exit('zmq' in sys.modules or 'click' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_what_it_does_not_have_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="subscribers"):
        _ = sipflow.subscribers


def test_it_can_be_run_as_a_module() -> None:
    command = [sys.executable, "-m", "sipflow", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stdout == f"sipflow-coord, version {sipflow.__version__}\n"
