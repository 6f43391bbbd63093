"""Where a load can be scraped, if any free port will do: its first lines say so."""

import re
import signal
import urllib.request
from pathlib import Path

from tests.end_to_end.load_driver import QUICK, Load


def test_the_first_lines_name_the_port_that_was_free(tmp_path: Path) -> None:
    options = ("--rate", "1/m", "--duration", "10m", "--prometheus", "0")
    with Load(QUICK, tmp_path, *options) as running:
        load = running.wait_for_state("running")["run"]
        (printed,) = tmp_path.glob("*.err")
        url = re.search(
            r"^ +metrics (http://127\.0\.0\.1:[1-9]\d*/metrics)$", printed.read_text(), re.MULTILINE
        )
        assert url is not None
        with urllib.request.urlopen(url[1]) as answer:
            assert f'sipflow_load_info{{load="{load}"' in answer.read().decode()
        running.signal(signal.SIGINT)
        assert running.end().exit_code == 130
