"""Makes all pictures: plays real runs, then draws what their events made."""

import sys
import tempfile
from pathlib import Path

import msgspec
from rich.text import Text

from scripts.view_pictures.drawn import WIDTH, browser, console, write_page, write_terminal
from scripts.view_pictures.played import Played, play, shown, until
from sipflow.console.load.screen import KEYS
from sipflow.console.load.screen import view as load_view
from sipflow.console.load.summary import load_summary
from sipflow.console.run.screen import view
from sipflow.console.run.summary import summary
from sipflow.coordinator.load.plan.profile import Profile, Stage
from sipflow.projections.load import LoadProjection
from sipflow.projections.run import RunProjection
from sipflow.protocol.load_result import LoadResult
from sipflow.protocol.verdict import Verdict

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
RATE, SECONDS = 40.0, 8.0
_LOAD = (
    *("--rate", f"{RATE:g}", "--duration", f"{SECONDS:g}s"),
    *("--fail-if", "failed>1%", "--fail-if", "srd.p99>500ms"),
)


def main() -> int:
    """Write all pictures."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _live(target, folder)
        _failed(target, folder)
        _several(target, folder)
        _load(target, folder)
    return 0


def _live(target: Path, folder: Path) -> None:
    played = play("start", EXAMPLES / "three-parties.yaml", folder)
    picture = RunProjection(played.scenario)
    events = until(played.events, 0.6)
    for event in events:
        picture.apply(event)
    ports = _ports(played)
    drawing = view(picture, events[-1].ts, console(), ports)
    write_terminal(
        target / "live-view.svg", "sipflow-coord start examples/three-parties.yaml", [drawing]
    )


def _failed(target: Path, folder: Path) -> None:
    text = (EXAMPLES / "busy-callee.yaml").read_text(encoding="utf-8")
    file = folder / "busy-callee.yaml"
    file.write_text(text.replace("code: 486", "code: 500"), encoding="utf-8")
    played = play("start", file, folder)
    picture = RunProjection(played.scenario)
    for event in played.events:
        picture.apply(event)
    verdict = msgspec.json.decode(played.output, type=Verdict)
    last = view(picture, played.events[-1].ts, console(), _ports(played), is_last=True)
    end = summary(verdict, picture).replace(f"{folder}/", "")
    write_terminal(
        target / "failed-run.svg", "sipflow-coord start busy-callee.yaml", [last, Text(end)]
    )


def _several(target: Path, folder: Path) -> None:
    calls = folder / "calls"
    calls.mkdir()
    for name in ("basic-call", "caller-cancels", "busy-callee"):
        (calls / f"{name}.yaml").write_bytes((EXAMPLES / f"{name}.yaml").read_bytes())
    busy = (calls / "busy-callee.yaml").read_text(encoding="utf-8")
    (calls / "refused.yaml").write_text(busy.replace("code: 486", "code: 500"), encoding="utf-8")
    (calls / "typo.yaml").write_text(busy.replace("MakeCall", "MakeCal"), encoding="utf-8")
    end = shown("start", "calls", "-j", "2", folder=folder, columns=WIDTH)
    write_terminal(target / "several-files.svg", "sipflow-coord start calls -j 2", [Text(end)])


def _load(target: Path, folder: Path) -> None:
    page = folder / "load.html"
    played = play("load", EXAMPLES / "basic-load.yaml", folder, *_LOAD, "--html", str(page))
    names, picture = RunProjection(played.scenario), LoadProjection()
    events = until(played.events, 0.7)
    for event in events:
        picture.apply(event)
    profile = Profile(stages=(Stage(RATE, RATE, SECONDS),), duration=SECONDS)
    drawing = load_view(picture, events[-1].ts, console(), names, (KEYS, profile))
    title = f"sipflow-coord load examples/basic-load.yaml --rate {RATE:g} --duration {SECONDS:g}s"
    write_terminal(target / "load-view.svg", title, [drawing])
    result = msgspec.json.decode(played.output, type=LoadResult)
    write_terminal(target / "load-end.svg", title, [Text(load_summary(result, names, WIDTH))])
    program = browser()
    if program is None:
        print("no Chromium is here, so the pictures of the page stay as they are", file=sys.stderr)
        return
    write_page(program, page, target / "load-page.png", 1000, 1180)
    write_page(program, page, target / "load-page-phone.png", 390, 1180)


def _ports(played: Played) -> dict[str, int]:
    verdict = msgspec.json.decode(played.output, type=Verdict)
    return {name: one.port for name, one in verdict.instances.items() if one.port is not None}


if __name__ == "__main__":
    sys.exit(main())
